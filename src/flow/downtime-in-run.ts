/**
 * What one run tells of downtime: from the step that takes a resource down until its gate has passed, or until its start
 * where it has none. Pure; the verbs belong to the drivers, and their phases say enough.
 */
import type { Address } from '../model/address.ts';
import type { ChangeAction } from '../model/change.ts';
import { type Json, member } from '../model/json.ts';
import type { Step, StepPhase } from '../model/plan.ts';
import { itemsIn } from './run-report.ts';

/** A hook runs while the resource is up. */
const WHILE_UP = 'pre_stop';

/** What is stopped and started again; a successor of anything else runs beside it. */
export function takenDown(steps: readonly Step[]): ReadonlySet<Address> {
  const stopped = steps.filter(({ phase, verb }) => phase === 'stop' && verb !== WHILE_UP);
  const started = steps.filter(({ phase }) => phase === 'start');
  return new Set(stopped.map(({ address }) => address)).intersection(new Set(started.map(({ address }) => address)));
}

/** What was carried out in one run, by address. */
export interface CarriedOut {
  readonly changes: ReadonlyMap<Json, readonly Json[]>;
  readonly steps: ReadonlyMap<Json, readonly Json[]>;
}

export function carriedOutIn(report: Json): CarriedOut {
  const done = (name: string): ReadonlyMap<Json, readonly Json[]> =>
    Map.groupBy(
      itemsIn(report, name).filter((item) => member(item, 'status') === 'done'),
      (item) => member(item, 'address'),
    );
  return { changes: done('changes'), steps: done('steps') };
}

/** In milliseconds. `null` where the run did something else to it, did not get it done, or never took it down. */
export function downtimeIn(run: CarriedOut, address: Address, action: ChangeAction): number | null {
  if (run.changes.get(address)?.some((change) => member(change, 'action') === action) !== true) return null;
  const steps = run.steps.get(address) ?? [];
  const of = (phase: StepPhase): readonly Json[] => steps.filter((step) => member(step, 'phase') === phase);
  const down = of('stop').filter((step) => member(step, 'verb') !== WHILE_UP);
  const started = of('start');
  if (down.length === 0 || started.length === 0) return null;
  const gates = of('gate');
  const ends = (gates.length > 0 ? gates : started).map(endOf);
  const between = Math.round(Math.max(...ends) - Math.min(...down.map(startOf)));
  return Number.isFinite(between) && between >= 0 ? between : null;
}

/** `null` of nothing. */
export function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? null : Math.round((low + high) / 2);
}

/** Not a number where the report has none. */
function startOf(step: Json): number {
  const at = member(step, 'started_at');
  return typeof at === 'string' ? Date.parse(at) : Number.NaN;
}

function endOf(step: Json): number {
  const duration = member(step, 'duration_ms');
  return typeof duration === 'number' ? startOf(step) + duration : Number.NaN;
}
