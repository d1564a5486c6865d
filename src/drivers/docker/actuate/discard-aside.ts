/** Gives up what was set aside, now that its successor works. Its anonymous volumes stay: the successor carries them. */
import type { JsonObject } from '../../../model/json.ts';
import { ownershipFrom } from '../labels.ts';
import { textArgument } from './arguments.ts';
import { asidesOf } from './asides.ts';
import { forgetImage, keepImage, type KeptFor } from './kept-images.ts';
import { takeAway } from './stop.ts';
import type { VerbContext } from './verb.ts';

export async function discardAside(verb: VerbContext): Promise<JsonObject> {
  const { api, args, signal, step, context } = verb;
  const name = textArgument(args, 'name');
  const discarded: string[] = [];
  const former: KeptFor[] = [];
  for (const { Id: id } of await asidesOf(verb, name)) {
    const found = await api.container(id, signal);
    if (found === null) continue;
    await takeAway(verb, found, false);
    discarded.push(id.slice(0, 12));
    const whose = ownershipFrom(found.Config.Labels);
    if (whose !== null) former.push(whose);
  }
  const isKept = args['keep_image'] === true && (await keepImage(verb, name));
  // Nobody would ask for what is kept by an address or project that it no longer has.
  const isOther = ({ project, address }: KeptFor): boolean =>
    address !== step.address || project !== context.ownership.project;
  for (const whose of former.filter(isOther)) await forgetImage(verb, whose);
  return { discarded, image_kept: isKept };
}
