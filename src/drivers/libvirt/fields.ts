/** The fields that this engine carries, and what a change of each takes. What is not listed is trueup's own, or refused. */
import type { Effect } from '../../model/change.ts';
import { parseSize } from '../../model/quantity.ts';
import { type Json, type JsonObject, scalarText } from '../../model/json.ts';

/** `boot`: what runs was started with it, and goes on with it until it is started again. */
type MachineRule = 'in_place' | 'boot' | 'replace' | 'run_state';

const MACHINE_FIELDS: Readonly<Record<string, MachineRule>> = {
  // What is on the disks is for one processor.
  arch: 'replace',
  machine: 'boot',
  accelerator: 'boot',
  cpus: 'boot',
  memory: 'boot',
  disk: 'boot',
  kernel: 'boot',
  initrd: 'boot',
  cmdline: 'boot',
  additional_disks: 'boot',
  mounts: 'boot',
  networks: 'boot',
  port_forwards: 'boot',
  provision: 'boot',
  cloud_init: 'boot',
  driver_options: 'boot',
  autostart: 'in_place',
  labels: 'in_place',
  stop_grace_period: 'in_place',
  dependencies: 'in_place',
  protect: 'in_place',
  deletion_policy: 'in_place',
  // No field of a manifest: whether it is defined at all, and not only running.
  defined: 'in_place',
  // Nor these: what stands in its definition beside all that can be declared.
  others: 'boot',
  maximum: 'boot',
  run_state: 'run_state',
};

const DISK_FIELDS = ['size', 'format', 'image', 'protect', 'deletion_policy'] as const;

export const MACHINE_FIELD_NAMES: readonly string[] = Object.keys(MACHINE_FIELDS);
export const DISK_FIELD_NAMES: readonly string[] = DISK_FIELDS;

export function machineEffect(field: string, before: Json, after: Json, desired: JsonObject): Effect {
  const rule = MACHINE_FIELDS[field];
  switch (rule) {
    case undefined:
      return 'unsupported';
    case 'boot':
      return desired['apply_restart'] === 'on_change' ? 'restart' : 'pending_restart';
    case 'run_state':
      // What has crashed is brought down before it is started again.
      return before === 'dead' && after === 'running' ? 'restart' : 'in_place';
    case 'in_place':
    case 'replace':
      return rule;
    default:
      return rule satisfies never;
  }
}

/** A disk only grows. Anything else is another disk. */
export function diskEffect(field: string, before: Json, after: Json): Effect {
  if (field === 'size') return bytesOf(before) < bytesOf(after) ? 'in_place' : 'replace';
  return field === 'format' || field === 'image' ? 'replace' : 'in_place';
}

function bytesOf(value: Json): number {
  return parseSize(scalarText(value)) ?? 0;
}
