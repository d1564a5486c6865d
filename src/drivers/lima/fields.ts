/** The fields that Lima carries, and what a change of each takes. What is not listed is trueup's own, or refused. */
import type { Effect } from '../../model/change.ts';
import { type Json, type JsonObject, scalarText } from '../../model/json.ts';
import { parseSize } from '../../model/quantity.ts';
import { isFixed } from './template/fixed.ts';

/** `boot`: what runs was started with it, and goes on with it until it is started again. */
type MachineRule = 'in_place' | 'boot' | 'replace' | 'grow' | 'options' | 'run_state';

const MACHINE_FIELDS: Readonly<Record<string, MachineRule>> = {
  // Lima takes edits of these, and ignores them for ever.
  arch: 'replace',
  image: 'replace',
  kernel: 'replace',
  initrd: 'replace',
  cmdline: 'replace',
  accelerator: 'boot',
  cpus: 'boot',
  memory: 'boot',
  disk: 'grow',
  additional_disks: 'boot',
  mounts: 'boot',
  networks: 'boot',
  port_forwards: 'boot',
  provision: 'boot',
  environment_variables: 'boot',
  driver_options: 'options',
  autostart: 'in_place',
  labels: 'in_place',
  stop_grace_period: 'in_place',
  dependencies: 'in_place',
  protect: 'in_place',
  deletion_policy: 'in_place',
  run_state: 'run_state',
  // No fields of a manifest: whether it was made to its end, whether anybody can read its template, and what in that Lima will
  // never look at again.
  defined: 'in_place',
  template_readable: 'in_place',
  ignored_edits: 'in_place',
};

const DISK_FIELDS = ['size', 'protect', 'deletion_policy', 'defined'] as const;

export const MACHINE_FIELD_NAMES: readonly string[] = Object.keys(MACHINE_FIELDS);
export const DISK_FIELD_NAMES: readonly string[] = DISK_FIELDS;

interface Transition {
  readonly names: readonly string[];
  readonly before: Json;
  readonly after: Json;
  readonly desired: JsonObject;
}

export function machineEffect({ names, before, after, desired }: Transition): Effect {
  const [field = '', ...option] = names;
  const rule = MACHINE_FIELDS[field];
  const boot = desired['apply_restart'] === 'on_change' ? 'restart' : 'pending_restart';
  switch (rule) {
    case undefined:
      return 'unsupported';
    case 'boot':
      return boot;
    case 'grow':
      return shrinks(before, after) ? 'replace' : boot;
    case 'options':
      return isFixed(option, [before, after]) ? 'replace' : boot;
    case 'run_state':
      // What is broken is brought down before it is started again.
      return before === 'dead' && after === 'running' ? 'restart' : 'in_place';
    case 'in_place':
    case 'replace':
      return rule;
    default:
      return rule satisfies never;
  }
}

/** A disk only grows. */
export function diskEffect(field: string, before: Json, after: Json): Effect {
  return field === 'size' && shrinks(before, after) ? 'replace' : 'in_place';
}

function shrinks(before: Json, after: Json): boolean {
  return before !== null && after !== null && bytesOf(before) > bytesOf(after);
}

function bytesOf(value: Json): number {
  return parseSize(scalarText(value)) ?? 0;
}
