/** The verbs of this driver. They are opaque to plan and execute; each is idempotent by name and precondition. */
import { TrueupError } from '../../../model/failure.ts';
import { isJsonObject, type Json, type JsonObject, member } from '../../../model/json.ts';

export const VERBS = [
  // Machines. `define` and `update` write the definition, the others move what runs, `undefine` ends both.
  'define',
  'update',
  'start',
  'stop',
  'suspend',
  'forget',
  'undefine',
  // Disks. Only `remove_disk` touches data, and it is planned only where data may go.
  'create_disk',
  'grow_disk',
  'move_disk',
  'update_disk',
  'remove_disk',
] as const;

export type Verb = (typeof VERBS)[number];

export function isVerb(text: string): text is Verb {
  return VERBS.some((verb) => verb === text);
}

/** An argument that the steps of this driver always carry. */
export function textArgument(args: JsonObject, name: string): string {
  const value: Json = member(args, name);
  if (typeof value === 'string') return value;
  throw new TrueupError('internal', `the step carries no ${name}`);
}

export function configArgument(args: JsonObject): JsonObject {
  const value = member(args, 'config');
  return isJsonObject(value) ? value : {};
}
