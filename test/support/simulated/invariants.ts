/** What must hold of a simulated world whatever happened to it, and of the order in which things were done to it. */
import { AssertionError } from 'node:assert';
import type { ObjectReference } from '../../../src/drivers/scope.ts';
import type { Address } from '../../../src/model/address.ts';
import type { DesiredEnvironment } from '../../../src/model/desired.ts';
import type { CallLog, LogEntry } from './call-log.ts';
import type { SimulatedEngine } from './engine.ts';

export interface Expectations {
  /** Ids that are ours. */
  readonly owners: readonly string[];
  /** All that may be ours; absent for whatever it is. */
  readonly expected?: readonly ObjectReference[];
  /** What trueup must never remove. */
  readonly protected?: readonly ObjectReference[];
  /** What each volume must hold, by physical name. */
  readonly data?: Readonly<Record<string, string>>;
}

/** Throws with everything that does not hold. */
export function assertInvariants(engine: SimulatedEngine, expectations: Expectations): void {
  const broken = [
    ...sharedNames(engine),
    ...orphans(engine, expectations),
    ...lostObjects(engine, expectations.protected ?? []),
    ...lostData(engine, expectations.data ?? {}),
  ];
  if (broken.length > 0) throw new AssertionError({ message: broken.join('\n') });
}

/** Whose data is in which volume, to hold the world against later. */
export function volumeData(engine: SimulatedEngine): Readonly<Record<string, string>> {
  return Object.fromEntries(engine.objects.all('volume').map(({ name, data }) => [name, data ?? '']));
}

/**
 * Edges that were not respected in the log of one run: a service that was started although its dependency's start, in
 * the same run, had not ended by then, or had failed without being optional.
 */
export function brokenEdges(log: CallLog, environment: DesiredEnvironment): readonly string[] {
  const starts = Map.groupBy(
    log.steps.filter(({ verb }) => verb === 'start'),
    (entry): Address | null => entry.address,
  );
  return [...environment.resources.values()].flatMap(({ address, dependencies }) =>
    dependencies.flatMap((dependency) => {
      const [first] = starts.get(address) ?? [];
      const needed = starts.get(dependency.address) ?? [];
      const isOptional = dependency.criticality === 'optional';
      if (first === undefined || needed.length === 0) return [];
      if (needed.some((entry) => endedBefore(entry, first) && (isOptional || entry.outcome === 'done'))) return [];
      return [`${address} was started before ${dependency.address} was`];
    }),
  );
}

function endedBefore(entry: LogEntry, later: LogEntry): boolean {
  return entry.ended !== null && entry.ended < later.began;
}

/** Networks may share a name on the engine; trueup must not make use of that. */
function sharedNames(engine: SimulatedEngine): readonly string[] {
  const names = Map.groupBy(engine.objects.all(), ({ type, name }) => `${type} ${name}`);
  return [...names].flatMap(([name, objects]) =>
    objects.length > 1 ? [`${name} exists ${objects.length} times`] : [],
  );
}

function orphans(engine: SimulatedEngine, { owners, expected }: Expectations): readonly string[] {
  if (expected === undefined) return [];
  return engine.objects
    .all()
    .filter(({ ownership }) => ownership !== null && owners.includes(ownership.owner))
    .filter((object) => !expected.some(({ type, name }) => type === object.type && name === object.name))
    .map(({ type, name }) => `${type} ${name} is ours, and nobody asked for it`);
}

function lostObjects(engine: SimulatedEngine, kept: readonly ObjectReference[]): readonly string[] {
  return kept.flatMap(({ type, name }) => {
    const wasRemoved = engine.removals.some((gone) => gone.type === type && gone.name === name && gone.by === 'trueup');
    return wasRemoved ? [`${type} ${name} is protected, and was removed`] : [];
  });
}

function lostData(engine: SimulatedEngine, expected: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(expected).flatMap(([name, data]) => {
    const found = engine.objects.find({ type: 'volume', name })?.data ?? null;
    return found === data ? [] : [`volume ${name} holds ${found ?? 'nothing'} instead of ${data}`];
  });
}
