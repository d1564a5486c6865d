/**
 * Candidates: ways to write a value into the manifests of one environment, the smallest first. Whether one of them says
 * what it should, and nothing else, is for the loader to tell: see `flow/drift-writer.ts`.
 */
import { isAbsolute } from 'node:path';
import { isJsonArray, isJsonObject, type Json, type JsonObject, jsonEqual } from '../../model/json.ts';
import type { ManifestPath } from '../layers.ts';
import { memberOf } from '../source-file.ts';
import { editsBetween } from './edits-between.ts';
import { inRepo } from './in-repo.ts';
import type { YamlEdit } from './edited-value.ts';

/** A manifest that may be edited, as it is written. */
export interface OwnFile {
  /** Relative to the root of the repo. */
  readonly path: string;
  readonly root: JsonObject;
}

export interface FileEdits {
  readonly file: string;
  readonly edits: readonly YamlEdit[];
}

export interface WrittenField {
  /** Where the field stands, or would: its names are what it ends with. */
  readonly path: ManifestPath;
  /** The resource as its manifest would say it with the new value in it. */
  readonly shown: JsonObject;
  /** The same as it is resolved: what is a list in a manifest is keyed there. */
  readonly config: JsonObject;
  /** Names of the field in the resolved resource. */
  readonly names: readonly string[];
  /** What its members mean where nobody says them. */
  readonly defaults: JsonObject;
  /** Absolute path of the repo. */
  readonly root: string;
}

type Edits = readonly YamlEdit[];

/** In the file that says most of it already. */
export function candidatesFor(field: WrittenField, files: readonly OwnFile[]): readonly FileEdits[] {
  const depth = ({ root }: OwnFile): number => concrete(root, field.path).length;
  const [nearest] = files.toSorted((left, right) => depth(right) - depth(left));
  return nearest === undefined ? [] : candidatesIn(nearest, field);
}

/** From the field itself up to its group: of lists that are inherited only the whole can be said anew. */
function candidatesIn({ path: file, root }: OwnFile, field: WrittenField): readonly FileEdits[] {
  const { path, shown, config, names } = field;
  const place = concrete(root, path);
  const above = path.length - names.length;
  const levels = Array.from({ length: names.length }, (_, index) => names.length - index);
  return levels.flatMap((level): readonly FileEdits[] => {
    const at = place.slice(0, above + level);
    const prefix = [...at, ...path.slice(at.length, above + level)];
    const value = inRepo(shownAt(shown, config, names.slice(0, level)), names[level - 1], { file, root: field.root });
    const written = valueAt(root, prefix);
    const ways =
      level < names.length
        ? around(prefix, written, value)
        : [
            ...itemEdits(root, prefix, names[level - 1], value),
            ...firstItem(root, prefix, value, shownAt(shown, config, names.slice(0, -1))),
            ...ofField(prefix, written, value, field.defaults),
          ];
    return ways.map((edits) => ({ file, edits }));
  });
}

function ofField(
  path: ManifestPath,
  written: Json | undefined,
  value: Json | undefined,
  defaults: JsonObject,
): readonly Edits[] {
  if (value === undefined) return removals(path, written);
  if (saysPlaces(value, path.at(-1))) return [];
  // What was quoted stays so, as far as it then means the same.
  const asText = typeof written === 'string' && (typeof value === 'number' || typeof value === 'boolean');
  const bare = written === undefined ? withoutDefaults(value, defaults) : null;
  const forms = [...(asText ? [String(value)] : []), ...(bare === null ? [] : [bare]), ...formsOf(value)];
  return forms.map((form) => editsBetween(written, form, path));
}

/**
 * What stands around a field is said anew only where that repeats nothing but names, or the short form of the one item or group
 * that the field is of: anything else may come from a variable, be a secret, or name a place of this machine.
 */
function around(path: ManifestPath, written: Json | undefined, value: Json | undefined): readonly Edits[] {
  if (value === undefined || saysPlaces(value)) return [];
  if (typeof written === 'string') return written.includes('$') ? [] : [[{ path, value }]];
  if (typeof written === 'number') return [...numbersIn(value), value].map((form) => [{ path, value: form }]);
  const isOfItems = isJsonObject(value) && Object.values(value).every(isJsonObject);
  return isOfItems && written === undefined ? [[{ path, value: Object.keys(value) }]] : [];
}

/** What may stand for a group by itself, such as a count for the nodes that are counted. */
function numbersIn(value: Json): readonly Json[] {
  return isJsonObject(value) ? Object.values(value).filter((item) => typeof item === 'number') : [];
}

/** A path of the host that does not lie in the repo is another one for everybody. */
export function saysPlaces(value: Json, name?: string): boolean {
  if (typeof value === 'string') return name === 'host_path' && isAbsolute(value);
  if (isJsonArray(value)) return value.some((item) => saysPlaces(item));
  return isJsonObject(value) && Object.entries(value).some(([key, item]) => saysPlaces(item, key));
}

/** `null` where it says none of them. */
function withoutDefaults(value: Json, defaults: JsonObject): Json {
  const brief = withoutEmpty(value);
  if (!isJsonObject(brief)) return null;
  const said = Object.entries(brief).filter(([key, item]) => !jsonEqual(item, defaults[key] ?? null));
  return said.length === Object.keys(brief).length ? null : Object.fromEntries(said);
}

/** As people would write it, and in full: names alone where there is no more to say, and nothing that is empty. */
function formsOf(value: Json): readonly Json[] {
  const brief = withoutEmpty(value);
  if (!isJsonObject(brief)) return [value];
  const isOfNames = Object.values(brief).every((item) => isJsonObject(item) && Object.keys(item).length === 0);
  return [...(isOfNames ? [Object.keys(brief)] : []), brief, value];
}

/** Entries stay, whatever is in them; what is said in them stays where it says something. */
function withoutEmpty(value: Json): Json {
  if (!isJsonObject(value)) return value;
  const said = Object.entries(value).map(([key, item]) => [key, isJsonObject(item) ? saying(item) : item] as const);
  return Object.fromEntries(said);
}

function saying(item: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => !isJsonArray(value) || value.length > 0));
}

/** Left out where it is written; said to be removed where it may be inherited. */
function removals(path: ManifestPath, written: Json | undefined): readonly Edits[] {
  const nothing: readonly YamlEdit[] = [{ path, value: null }];
  return written === undefined ? [nothing] : [[{ path, value: undefined }], nothing];
}

/** Of lists that are keyed once they are resolved: by `NAME=value`, by a plain name, or by what an item says. */
function itemEdits(
  root: JsonObject,
  path: ManifestPath,
  name: string | undefined,
  value: Json | undefined,
): readonly Edits[] {
  const list = valueAt(root, path.slice(0, -1));
  if (!isJsonArray(list) || name === undefined) return [];
  const known = isIndex(path.at(-1)) ? Number(path.at(-1)) : list.findIndex((item) => names(item, name));
  const at = [...path.slice(0, -1), String(known === -1 ? list.length : known)];
  if (value === undefined) return known === -1 ? [] : [[{ path: at, value: undefined }]];
  const texts = typeof value === 'string' ? [`${name}=${value}`] : [name];
  const items: readonly Json[] = isJsonObject(value) && known === -1 && !saysPlaces(value) ? [...texts, value] : texts;
  return items.map((item) => [{ path: at, value: item }]);
}

/** Of a list that is not there yet. `list` is the whole of it as it is to be. */
function firstItem(
  root: JsonObject,
  path: ManifestPath,
  value: Json | undefined,
  list: Json | undefined,
): readonly Edits[] {
  const at = path.slice(0, -1);
  if (!isJsonArray(list) || value === undefined || saysPlaces(value) || valueAt(root, at) !== undefined) return [];
  return [[{ path: at, value: [value] }]];
}

function names(item: Json, name: string): boolean {
  return typeof item === 'string' && (item === name || item.startsWith(`${name}=`));
}

function isIndex(segment: string | undefined): boolean {
  return segment !== undefined && /^\d+$/.test(segment);
}

/** As much of the path as a file has, with the indexes of lists in place of the names of their items. */
function concrete(root: Json, path: ManifestPath): ManifestPath {
  const found: string[] = [];
  let value: Json | undefined = root;
  for (const name of path) {
    const key: string = isJsonArray(value) ? indexOf(value, name) : name;
    const next: Json | undefined = memberOf(value ?? null, key);
    if (next === undefined) break;
    found.push(key);
    value = next;
  }
  return found;
}

function indexOf(list: readonly Json[], name: string): string {
  const index = list.findIndex((item) => names(item, name));
  return index === -1 ? name : String(index);
}

function valueAt(root: Json, path: ManifestPath): Json | undefined {
  let value: Json | undefined = root;
  for (const name of path) value = memberOf(value ?? null, name);
  return value;
}

/** What a manifest would say at a field; `undefined` where it would say nothing. */
function shownAt(shown: Json, config: Json, names: readonly string[]): Json | undefined {
  let [value, resolved]: [Json | undefined, Json | undefined] = [shown, config];
  for (const name of names) {
    const isKeyed: boolean = isJsonArray(value) && isJsonObject(resolved);
    const key: string = isKeyed ? String(Object.keys(resolved ?? {}).indexOf(name)) : name;
    value = memberOf(value ?? null, key);
    resolved = memberOf(resolved ?? null, name);
  }
  return value;
}
