/** Readiness: the rungs that a VM or a cluster has to reach, lowest first, before it counts as ready. */
import { isJsonArray, type Json, type JsonObject, member } from './json.ts';

export interface Rung {
  /** `running`, `booted`, `reachable`, `nodes` …: one word for what is reached by it. */
  readonly name: string;
  readonly met: boolean;
  /** One sentence: why it is not met, or what shows that it is; `null` where there is nothing to add. */
  readonly reason: string | null;
}

/** The rungs of a VM that nothing is declared for: they are left out, so that nobody knows whether they would be reached. */
export function leftOutRungs(config: JsonObject): readonly string[] {
  const ready = member(config, 'ready');
  const has = (...means: readonly string[]): boolean => means.some((name) => isDeclared(member(ready, name)));
  return [
    ...(has('serial', 'guest_agent', 'cloud_init') ? [] : ['booted']),
    ...(has('ssh', 'ports') ? [] : ['reachable']),
  ];
}

function isDeclared(means: Json): boolean {
  return isJsonArray(means) ? means.length > 0 : means !== null && means !== false;
}
