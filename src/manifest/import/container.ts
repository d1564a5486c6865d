/** The container of a service: what is the image's, or the default of the schema, is not said. */
import { type Json, type JsonObject, jsonEqual, member } from '../../model/json.ts';
import type { Facts } from '../../model/observed.ts';
import { defaultsOf } from '../schema.ts';
import type { Draft } from './draft.ts';
import { fits } from './fits.ts';
import { objectAt, said, textAt } from './values.ts';

const DEFAULTS = defaultsOf('container');

/** What an engine may say of any container, and a manifest as it is. */
const AS_THEY_ARE = ['entrypoint', 'command', 'user', 'working_dir', 'init'] as const;

export function importedContainer(
  configured: JsonObject,
  defaults: JsonObject,
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
  return said({
    image: pinned(textAt(found, 'image') ?? ''),
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
  return isPinned || /^[0-9a-f]{64}$/.test(reference) ? reference : `${reference}:latest`;
}

/** Only where it is not what the engine chooses by itself. */
function foreignPlatform(platform: string | null, facts: Facts): string | undefined {
  const own = member(facts, 'platform');
  if (platform === null || typeof own !== 'string') return undefined;
  const [system, architecture] = platform.split('/');
  return own === `${system}/${architecture}` ? undefined : platform;
}
