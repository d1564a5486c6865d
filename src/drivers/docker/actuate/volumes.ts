/** The verbs of volumes, but for those that move one. */
import type { JsonObject } from '../../../model/json.ts';
import { objectArgument, textArgument } from './arguments.ts';
import { dropVolume, makeVolume } from './make-volume.ts';
import { isOurs } from './ownership.ts';
import type { VerbContext } from './verb.ts';
import { discardHalfMoved } from './volume-copy.ts';

export async function createVolume(verb: VerbContext): Promise<JsonObject> {
  const { args, context, step } = verb;
  const name = textArgument(args, 'name');
  await discardHalfMoved(verb, name);
  context.progress(`creating ${name}`);
  await makeVolume(verb, { name, address: step.address, config: objectArgument(args, 'config') });
  return { name };
}

export async function removeVolume(verb: VerbContext): Promise<JsonObject> {
  const { args, context } = verb;
  const name = textArgument(args, 'name');
  if (args['discard_copies'] === true) await discardHalfMoved(verb, name);
  const found = await verb.api.volume(name, verb.signal);
  if (found === null || !isOurs(found.Labels, context)) return {};
  context.progress(`removing ${name}`);
  await dropVolume(verb, name);
  return { name };
}
