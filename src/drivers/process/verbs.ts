/** The verbs of this driver. They are opaque to plan and execute; each is idempotent by name and precondition. */
import type { Json, JsonObject } from '../../model/json.ts';
import { member } from '../../model/json.ts';
import { TrueupError } from '../../model/failure.ts';

export const VERBS = [
  // Services. `create` and `update` write the registry, `start` and `stop` touch processes, `remove` ends both.
  'create',
  'update',
  'start',
  'stop',
  'resume',
  'signal',
  'remove',
  // What worked lies aside until its successor has passed its gate.
  'set_aside',
  'discard_aside',
  'restore',
  // Volumes. Only `remove_volume` touches data, and it is planned only where data may go.
  'create_volume',
  'update_volume',
  'rename_volume',
  'remove_volume',
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
