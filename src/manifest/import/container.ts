/** The container of a service: what is the image's, or the default of the schema, is not said. */
import { type Json, type JsonObject, jsonEqual, member } from '../../model/json.ts';
import type { Facts, ObservedObject } from '../../model/observed.ts';
import { defaultsOf } from '../schema.ts';
import type { Draft } from './draft.ts';
import { fits } from './fits.ts';
import { objectAt, said, textAt } from './values.ts';

const DEFAULTS = defaultsOf('container');

/** What an engine may say of any container, and a manifest as it is. */
const AS_THEY_ARE = ['entrypoint', 'command', 'user', 'working_dir', 'init'] as const;

export function importedContainer(
  { configured, defaults = {}, status: { details } }: ObservedObject,
  facts: Facts,
  draft: Draft,
): JsonObject {
  const [found, usual] = [objectAt(configured, 'container'), { ...DEFAULTS, ...objectAt(defaults, 'container') }];
  const differs = (name: string): Json | undefined => {
    const value = member(found, name);
    return value === null || jsonEqual(value, member(usual, name)) ? undefined : value;
  };
  const fitting = (name: string, reason: string): Json | undefined => {
    const value = differs(name);
    if (typeof value !== 'string' || fits(['container', name], value)) return value;
    draft.leaveOut(['container', name], reason);
    return undefined;
  };
  const image = textAt(found, 'image') ?? '';
  if (isId(image)) tellNameless(textAt(details, 'image'), draft);
  return said({
    image: pinned(image),
    platform: foreignPlatform(textAt(found, 'platform'), facts),
    ...Object.fromEntries(AS_THEY_ARE.map((name) => [name, differs(name)])),
    restart: fitting('restart', 'no manifest knows this restart policy'),
    stop_signal: fitting('stop_signal', 'no manifest knows this signal'),
    stop_grace_period: fitting('stop_grace_period', 'a manifest cannot say that a stop waits for ever'),
  });
}

/** A reference without a tag means the latest; a colon in front of the last slash belongs to the registry's port. */
function pinned(reference: string): string {
  const isPinned = reference.includes('@') || reference.slice(reference.lastIndexOf('/') + 1).includes(':');
  return isPinned || isId(reference) ? reference : `${reference}:latest`;
}

/** Whether it names no image but by what one engine calls it. */
function isId(reference: string): boolean {
  return /^(sha256:)?[0-9a-f]{64}$/.test(reference);
}

/** `asked` is what the container was made from, which means no image here any more, or another one. */
function tellNameless(asked: string | null, draft: Draft): void {
  const alone = 'its image stands in the manifest by its id, which this engine alone knows';
  if (asked === null || isId(asked)) {
    draft.note('information', `${alone}: name one that a registry has`);
    return;
  }
  draft.note('information', `${alone}: it was made from ${asked}, which is another image by now, or none`);
  draft.comments.push(`made from the image ${asked}, which was another one, or none, when this was imported`);
}

/** Only where it is not what the engine chooses by itself. */
function foreignPlatform(platform: string | null, facts: Facts): string | undefined {
  const own = member(facts, 'platform');
  if (platform === null || typeof own !== 'string') return undefined;
  const [system, architecture] = platform.split('/');
  return own === `${system}/${architecture}` ? undefined : platform;
}
