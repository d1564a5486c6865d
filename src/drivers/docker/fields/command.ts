/**
 * Entrypoint and command. The engine ties them together: an entrypoint of one's own drops the image's command, and a
 * command that is empty counts as none as long as the entrypoint is the image's. Here a value means what it says:
 *
 * - the image's command belongs to the image's entrypoint, or to none: with any other entrypoint it is empty;
 * - an entrypoint that is declared as the image has it is the image's, and an empty command is empty.
 */
import { fieldPath } from '../../../model/field-path.ts';
import { isJsonArray, type Json, jsonEqual, memberAt } from '../../../model/json.ts';
import type { ImageInspect } from '../api/wire.ts';
import type { BodyContext, FieldGroup, RequestPart } from './group.ts';
import { listed, plainWords } from './parts.ts';
import { Seals } from './seals.ts';

const ENTRYPOINT = ['container', 'entrypoint'] as const;
const COMMAND = ['container', 'command'] as const;

/** What tells the engine that there is no entrypoint, whatever the command. */
const NO_ENTRYPOINT: readonly string[] = [''];

export const command: FieldGroup = {
  fields: [ENTRYPOINT, COMMAND],
  imageDefaults: true,

  request(config, context) {
    const entrypoint = plainWords(memberAt(config, ...ENTRYPOINT), context);
    const words = plainWords(memberAt(config, ...COMMAND), context);
    return { config: requestWords(entrypoint === null ? null : withoutReset(entrypoint), words, context.image) };
  },

  read(inspect, { image, sealer }) {
    const seals = new Seals(inspect, sealer);
    const entrypoint = listed(inspect.Config.Entrypoint);
    const words = listed(inspect.Config.Cmd);
    return {
      configured: {
        container: {
          entrypoint: seals.words(fieldPath(...ENTRYPOINT), entrypoint),
          command: seals.words(fieldPath(...COMMAND), words),
        },
      },
      defaults: {
        container: { entrypoint: entrypointOf(image), command: defaultCommand(entrypoint, image) },
      },
    };
  },

  equal({ names, desired, observed }) {
    if (names[1] !== 'entrypoint' || !isJsonArray(desired) || !isJsonArray(observed)) return false;
    return jsonEqual(withoutReset(desired), withoutReset(observed));
  },
};

function requestWords(
  entrypoint: readonly string[] | null,
  words: readonly string[] | null,
  image: BodyContext['image'],
): NonNullable<RequestPart['config']> {
  const effective = entrypoint ?? entrypointOf(image);
  // Sent along, for alone it would count as none.
  if (words?.length === 0) return { Entrypoint: effective.length === 0 ? NO_ENTRYPOINT : effective, Cmd: [] };
  const wanted = words ?? (entrypoint === null ? null : defaultCommand(entrypoint, image));
  return {
    ...(entrypoint === null ? {} : { Entrypoint: entrypoint.length === 0 ? NO_ENTRYPOINT : entrypoint }),
    ...(wanted === null ? {} : { Cmd: wanted }),
  };
}

function defaultCommand(entrypoint: readonly string[], image: ImageInspect | null): readonly string[] {
  const isImages = entrypoint.length === 0 || jsonEqual([...entrypoint], [...entrypointOf(image)]);
  return isImages ? listed(image?.Config?.Cmd) : [];
}

function entrypointOf(image: ImageInspect | null): readonly string[] {
  return withoutReset(listed(image?.Config?.Entrypoint));
}

/** `[""]` is the engine's own way to say that there is no entrypoint. */
function withoutReset<T extends Json>(words: readonly T[]): readonly T[] {
  return words.length === 1 && words[0] === '' ? [] : words;
}
