/** What a run leaves behind, address by address. Pure. */
import type { Address } from '../model/address.ts';
import { compareText } from '../model/json.ts';
import type { Run } from '../model/run.ts';

/** Where a step failed or a gate was not met; sorted. */
export function failedIn({ steps, gates }: Run): readonly Address[] {
  const failed = steps.filter(({ status }) => status === 'failed').map(({ address }) => address);
  const unmet = gates.filter(({ met }) => !met).map(({ address }) => address);
  return [...new Set([...failed, ...unmet])].sort(compareText);
}

/** Where what was there before is back; sorted. */
export function rolledBackIn({ rollbacks }: Run): readonly Address[] {
  const back = rollbacks.filter(({ status }) => status === 'restored').map(({ address }) => address);
  return [...new Set(back)].sort(compareText);
}
