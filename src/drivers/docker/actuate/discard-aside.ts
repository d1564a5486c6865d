/** Gives up what was set aside, now that its successor works. Its anonymous volumes stay: the successor carries them. */
import type { JsonObject } from '../../../model/json.ts';
import { textArgument } from './arguments.ts';
import { asidesOf } from './asides.ts';
import { keepImage } from './kept-images.ts';
import { takeAway } from './stop.ts';
import type { VerbContext } from './verb.ts';

export async function discardAside(verb: VerbContext): Promise<JsonObject> {
  const { api, args, signal } = verb;
  const name = textArgument(args, 'name');
  const discarded: string[] = [];
  for (const { Id: id } of await asidesOf(verb, name)) {
    const found = await api.container(id, signal);
    if (found === null) continue;
    await takeAway(verb, found, false);
    discarded.push(id.slice(0, 12));
  }
  const isKept = args['keep_image'] === true && (await keepImage(verb, name));
  return { discarded, image_kept: isKept };
}
