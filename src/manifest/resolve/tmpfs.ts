/** Temporary file systems: `/path:size=64m,mode=1777` and the long form as one form, by path. */
import type { Service, Tmpfs } from '../../model/generated/environment.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { parseSize } from '../../model/quantity.ts';
import type { ManifestPath } from '../layers.ts';
import { itemsOf } from '../prune.ts';
import { checkContainerPath, tidy } from './mounts.ts';
import { failed, type Parsed, parsed } from './parsed.ts';
import type { Scope } from './scope.ts';
import { canonicalSize } from './values.ts';

export type ParsedTmpfs = JsonObject & {
  readonly container_path: string;
  readonly size: string | null;
  readonly mode: string | null;
};

export function parseTmpfs(item: Tmpfs): Parsed<ParsedTmpfs> {
  if (typeof item === 'object') {
    const { container_path: path, size = null, mode = null } = item;
    if (size !== null && !isSomeSize(size)) return failed(`"${size}" is no size that there can be`);
    return parsed({ container_path: tidy(path), size: canonicalSize(size), mode });
  }
  const [path = '', options = ''] = item.split(':');
  const settings = new Map(
    options
      .split(',')
      .filter(Boolean)
      .map((option) => splitOnce(option, '=')),
  );
  const unknown = [...settings.keys()].find((name) => name !== 'size' && name !== 'mode');
  if (unknown !== undefined) return failed(`the option "${unknown}" is not carried out: only "size" and "mode" are`);
  const [size, mode] = [settings.get('size') ?? null, settings.get('mode') ?? null];
  if (size !== null && !isSomeSize(size)) return failed(`"${size}" is no size that there can be`);
  if (mode !== null && !/^[0-7]{3,4}$/.test(mode)) return failed(`"${mode}" is no octal mode`);
  return parsed({ container_path: tidy(path), size: canonicalSize(size), mode });
}

/** A limit of nothing would be none. */
function isSomeSize(size: string | number): boolean {
  return (parseSize(size) ?? 0) > 0;
}

export function tmpfsItems(service: Service): readonly Tmpfs[] {
  const items = service.storage?.tmpfs ?? [];
  return typeof items === 'string' ? [items] : items;
}

export function resolveTmpfs(
  service: Service,
  path: ManifestPath,
  taken: Readonly<Record<string, Json>>,
  scope: Scope,
): Readonly<Record<string, ParsedTmpfs>> {
  const resolved: Record<string, ParsedTmpfs> = {};
  const isList = typeof service.storage?.tmpfs !== 'string';
  for (const [index, item] of itemsOf(tmpfsItems(service))) {
    const itemPath = [...path, 'storage', 'tmpfs', ...(isList ? [String(index)] : [])];
    const { value, problem } = parseTmpfs(item);
    if (problem !== null) {
      scope.reporter.error('invalid_value', itemPath, problem, 'write such as "/tmp" or "/tmp:size=64m,mode=1777"');
      continue;
    }
    const { container_path: key } = value;
    checkContainerPath(key, itemPath, scope);
    if (Object.hasOwn(resolved, key) || Object.hasOwn(taken, key)) {
      scope.reporter.error('duplicate_key', itemPath, `"${key}" is mounted twice`);
    }
    resolved[key] = value;
  }
  return resolved;
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const index = text.indexOf(separator);
  return index === -1 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}
