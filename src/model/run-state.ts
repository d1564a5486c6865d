/** What a resource is meant to be: running, or at rest because somebody wants it so. */
import type { JsonObject } from './json.ts';

/** Stopped, or suspended to disk. */
export function isMeantToRest(config: JsonObject | null | undefined): boolean {
  const state = config?.['run_state'];
  return state === 'stopped' || state === 'suspended';
}
