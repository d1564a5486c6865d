/** What a change does to those who use the resource, as far as the change itself can tell; the rest is known once all are. */
import type { Address } from '../model/address.ts';
import type { ChangeAction, Impact } from '../model/change.ts';
import { isJsonObject, memberAt } from '../model/json.ts';
import type { ObservedObject } from '../model/observed.ts';

export const NO_IMPACT: Impact = {
  restarts: [],
  reconnects: [],
  connections_dropped: false,
  ports_dropped: [],
  downtime: false,
  data_loss: false,
  data_at_risk: [],
};

/** `losesData` says that the data that it holds goes along. */
export function impactOf(address: Address, observed: ObservedObject, action: ChangeAction, losesData: boolean): Impact {
  const interrupts = isInterrupted(observed) && action !== 'update';
  return {
    restarts: interrupts && action !== 'delete' ? [address] : [],
    reconnects: [],
    connections_dropped: interrupts,
    ports_dropped: interrupts ? portsOf(observed) : [],
    downtime: interrupts,
    data_loss: losesData,
    data_at_risk: losesData ? [address] : [],
    ...(endsIt(action) && observed.goes_along !== undefined ? { goes_along: observed.goes_along } : {}),
  };
}

/** Whether nothing of what was in it is there afterwards. */
function endsIt(action: ChangeAction): boolean {
  return action === 'delete' || action === 'replace';
}

/** Whether somebody notices that it goes down. */
export function isInterrupted({ status }: ObservedObject): boolean {
  return status.run_state === 'running' || status.run_state === 'paused';
}

/** The ports that it publishes now, by their keys: `8080/tcp`. */
export function portsOf({ configured }: Pick<ObservedObject, 'configured'>): readonly string[] {
  const ports = memberAt(configured, 'networking', 'ports');
  return isJsonObject(ports) ? Object.keys(ports) : [];
}

/** Whether removing it would take data along. */
export function holdsData(observed: ObservedObject): boolean {
  return observed.holds_data ?? observed.type === 'volume';
}
