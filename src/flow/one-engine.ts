/** Two names may mean one engine, which then shows everything twice: each object of ours is to be seen once. */
import { nameBeforeAside } from '../model/aside.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { compareText } from '../model/json.ts';
import type { Observation, ObservedObject } from '../model/observed.ts';

/**
 * Keeps what is ours under the name on which the manifests place it, and what they do not declare under the first.
 * `identities` says, by name, what an engine is.
 */
export function withoutRepeats(
  environment: DesiredEnvironment,
  observations: ReadonlyMap<string, Observation>,
  identities: ReadonlyMap<string, string>,
): ReadonlyMap<string, Observation> {
  const names = [...observations.keys()].sort(compareText);
  const groups = Map.groupBy(names, (name) => identities.get(name) ?? name);
  const once = new Map<string, Observation>();
  for (const [engine, observation] of observations) {
    const same = groups.get(identities.get(engine) ?? engine) ?? [engine];
    const isRepeated = observation.status === 'known' && same.length > 1;
    const objects = isRepeated
      ? observation.objects.filter((object) => isPlacedOn(object, environment, same, engine))
      : [];
    once.set(engine, isRepeated ? { ...observation, objects } : observation);
  }
  return once;
}

function isPlacedOn(
  { type, ownership, name }: ObservedObject,
  environment: DesiredEnvironment,
  same: readonly string[],
  engine: string,
): boolean {
  if (ownership === null) return true;
  const declared = environment.resources.get(ownership.address);
  // What was set aside belongs where its service does.
  const meant = (type === 'service' ? nameBeforeAside(name) : null) ?? name;
  const isDeclared = declared !== undefined && [name, meant].includes(declared.name) && same.includes(declared.engine);
  return engine === (isDeclared ? declared.engine : same[0]);
}
