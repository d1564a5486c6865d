/** What a change does to those who use the resource, as far as the change itself can tell. */
import type { Address } from '../model/address.ts';
import type { ChangeAction, Impact } from '../model/change.ts';
import type { ObservedObject } from '../model/observed.ts';

export const NO_IMPACT: Impact = { restarts: [], connections_dropped: false, downtime: false, data_loss: false };

export function impactOf(address: Address, observed: ObservedObject, action: ChangeAction): Impact {
  const runs = observed.status.run_state === 'running' || observed.status.run_state === 'paused';
  const interrupts = runs && action !== 'update';
  const restarts = interrupts && action !== 'delete' ? [address] : [];
  return { restarts, connections_dropped: interrupts, downtime: interrupts, data_loss: false };
}

/** Whether removing it would take data along. */
export function holdsData(observed: ObservedObject): boolean {
  return observed.type === 'volume' || observed.type === 'vm';
}
