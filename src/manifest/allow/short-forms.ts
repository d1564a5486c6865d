/** Short forms as the long form that they stand for, so that a rule for a field meets the value however it is written. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { parseMount } from '../resolve/mounts.ts';
import type { Parsed } from '../resolve/parsed.ts';
import { parsePort } from '../resolve/ports.ts';
import { parseTmpfs } from '../resolve/tmpfs.ts';

/** `null`: this is no short form. Else what it stands for, or why it cannot be read. */
export type LongForm = { readonly values: readonly Json[] } | { readonly problem: string } | null;

/** A range of ports stands for several. */
const READERS: Readonly<Record<string, (text: string) => LongForm>> = {
  'services.*.networking.ports.*': (text) => read(parsePort(text, false)),
  'services.*.storage.volumes.*': (text) => asWritten(read(parseMount(text, false)), mountPoint(text)),
  'services.*.storage.tmpfs': (text) => asWritten(read(parseTmpfs(text)), text.split(':')[0]),
  'services.*.storage.tmpfs.*': (text) => asWritten(read(parseTmpfs(text)), text.split(':')[0]),
};

/** What a rule says of a path is about the path that somebody wrote, and not about what is left of it once it is tidied. */
function asWritten(long: LongForm, path: string | undefined): LongForm {
  if (long === null || 'problem' in long || path === undefined) return long;
  return { values: long.values.map((value) => (isJsonObject(value) ? { ...value, container_path: path } : value)) };
}

function mountPoint(text: string): string | undefined {
  const [source, target] = text.split(':');
  return target ?? source;
}

/** `field` as policies name it. */
export function longForm(field: string, value: Json): LongForm {
  if (!Object.hasOwn(READERS, field) || (typeof value !== 'string' && typeof value !== 'number')) return null;
  return READERS[field]?.(String(value)) ?? null;
}

/** Lists of `NAME=value`, which stand for maps. */
const NAMED: ReadonlySet<string> = new Set([
  'environment_variables',
  'services.*.environment_variables',
  'services.*.post_start.*.environment',
  'services.*.pre_stop.*.environment',
  'services.*.labels',
  'volumes.*.labels',
  'networks.*.labels',
]);

/** Name and value of each item of such a list; `null` for any other value. */
export function namedItems(field: string, value: Json): readonly (readonly [string, string])[] | null {
  if (!NAMED.has(field) || !isJsonArray(value) || !value.every((item) => typeof item === 'string')) return null;
  return value.map((item) => {
    const equals = item.indexOf('=');
    return equals === -1 ? [item, ''] : [item.slice(0, equals), item.slice(equals + 1)];
  });
}

function read({ value, problem }: Parsed<JsonObject | object | readonly JsonObject[]>): LongForm {
  if (problem !== null) return { problem };
  return { values: isJsonArray(value as Json) ? (value as readonly Json[]) : [value as Json] };
}
