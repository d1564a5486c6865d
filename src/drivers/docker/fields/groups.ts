/** All that a container can be given, and which group a field belongs to. */
import { attachments } from './attachments.ts';
import { command } from './command.ts';
import { environment } from './environment.ts';
import type { FieldGroup } from './group.ts';
import { health } from './health.ts';
import { hooks } from './hooks.ts';
import { hostname } from './hostname.ts';
import { image } from './image.ts';
import { labels } from './labels.ts';
import { lifecycle, stopSignal } from './lifecycle.ts';
import { limits } from './limits.ts';
import { mounts } from './mounts.ts';
import { ports } from './ports.ts';
import { runState } from './run-state.ts';
import { tmpfs } from './tmpfs.ts';
import { user } from './user.ts';

export const SERVICE_GROUPS: readonly FieldGroup[] = [
  image,
  command,
  user,
  environment,
  labels,
  hostname,
  ports,
  attachments,
  mounts,
  tmpfs,
  health,
  limits,
  lifecycle,
  stopSignal,
  hooks,
  runState,
];

/** The group that holds a field, or what lies below it; `null` for what lies above all fields, and for what is not held. */
export function groupOf(names: readonly string[]): FieldGroup | null {
  return SERVICE_GROUPS.find(({ fields }) => fields.some((field) => isWithin(field, names))) ?? null;
}

function isWithin(field: readonly string[], names: readonly string[]): boolean {
  return field.length <= names.length && field.every((name, index) => name === names[index]);
}
