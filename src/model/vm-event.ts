/** What happens to VMs, as it is remembered. Names and words are those of the tools around VMs. */
import type { JsonObject } from './json.ts';
import type { VmStatus } from './vm-status.ts';

export const VM_EVENT_FORMAT_VERSION = '1.0';

export const VM_EVENT_TYPES = [
  'StatusChanged',
  'ConfigurationUpdated',
  'ErrorOccurred',
  'UserAction',
  'SystemEvent',
] as const;

export type VmEventType = (typeof VM_EVENT_TYPES)[number];

export const VM_EVENT_SEVERITIES = ['Info', 'Warning', 'Error', 'Critical'] as const;

export type VmEventSeverity = (typeof VM_EVENT_SEVERITIES)[number];

export interface VmEvent {
  readonly id: string;
  /** The address, which outlives the object: `local/vm.builder`. */
  readonly vmId: string;
  readonly eventType: VmEventType;
  /** One sentence, known secrets masked. */
  readonly message: string;
  readonly details: JsonObject;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly severity: VmEventSeverity;
}

/** What is known of a VM since it was looked at, or moved, last. */
export interface VmMemory {
  /** Of the object: under the same name another one may stand. `null` until it is looked at. */
  readonly id: string | null;
  readonly status: VmStatus;
  /** ISO 8601; `null` where nobody saw it. */
  readonly created_at: string | null;
  readonly last_started: string | null;
  readonly last_stopped: string | null;
}
