/** The verbs of this driver. They are opaque to plan and execute; each is idempotent by name and precondition. */
import { TrueupError } from '../../../model/failure.ts';
import { isJsonObject, type JsonObject, member } from '../../../model/json.ts';

export const VERBS = ['fetch', 'create', 'start', 'stop', 'update', 'populate', 'remove'] as const;

export type Verb = (typeof VERBS)[number];

export function isVerb(text: string): text is Verb {
  return VERBS.some((verb) => verb === text);
}

export function nameArgument(args: JsonObject): string {
  const name = member(args, 'name');
  if (typeof name === 'string') return name;
  throw new TrueupError('internal', 'the step carries no name');
}

export function configArgument(args: JsonObject): JsonObject {
  const config = member(args, 'config');
  return isJsonObject(config) ? config : {};
}

/** What was there before, as far as it matters. */
export function formerArgument(args: JsonObject): JsonObject {
  const former = member(args, 'former');
  return isJsonObject(former) ? former : {};
}
