/** Why a resource is as it is, in one sentence; `null` where there is nothing to explain. */
import { isJsonObject, member, scalarText } from '../model/json.ts';
import type { ObservedStatus } from '../model/observed.ts';

/** What the engine says; of what runs and is unhealthy what its last health check said. */
export function reasonOf({ reason, health, details }: ObservedStatus): string | null {
  const check = member(details, 'health_check');
  if (reason !== null || health !== 'unhealthy' || !isJsonObject(check)) return reason;
  const [code, output] = [member(check, 'exit_code'), member(check, 'output')];
  const last = typeof output === 'string' ? output.trimEnd().split('\n').at(-1) : '';
  // A command has no status below 0: the engine itself could not run it, or took it down after its time.
  const what =
    Number(code) < 0
      ? 'its health check could not be run to its end'
      : `its health check ends with status ${scalarText(code)}`;
  return `${what}${last ? `: ${last}` : ''}`;
}
