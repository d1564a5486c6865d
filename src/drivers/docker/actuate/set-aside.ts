/** Puts what worked until now out of the way, so that nothing of it gets into the way of its successor. */
import type { JsonObject } from '../../../model/json.ts';
import { textArgument } from './arguments.ts';
import { mark } from './asides.ts';
import { detachAll } from './attachments.ts';
import { identity, meantContainer } from './containers.ts';
import { bringDown } from './stop.ts';
import type { VerbContext } from './verb.ts';

export async function setAside(verb: VerbContext): Promise<JsonObject> {
  const found = await meantContainer(verb);
  if (found === null) return {};
  await bringDown(verb, found);
  await mark(verb, found, textArgument(verb.args, 'successor'));
  await detachAll(verb, found);
  return identity(found);
}
