/**
 * Interpolate: the merged values with every template replaced, secrets sealed, fields that are null left out, and lists
 * of `NAME=value` made maps. Values that need nothing of this are not copied.
 */
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { ManifestPath } from './layers.ts';
import type { Reporter } from './reporter.ts';
import { keysOf, schemaAt } from './schema.ts';
import { unknownKey } from './schema-wording.ts';
import type { SecretTexts, Text } from './secret-texts.ts';
import type { Variables } from './variables.ts';

/** Maps whose keys people choose. A null in them is a value that somebody forgot, not a field that is not set. */
const ENTRY_MAPS: ReadonlySet<string> = new Set([
  'engines',
  'environment_variables',
  'environment',
  'services',
  'volumes',
  'networks',
  'labels',
  'driver_opts',
  'dependencies',
]);

/** Maps of environment variables: `environment` is that of a hook. */
const VARIABLE_MAPS: ReadonlySet<string> = new Set(['environment_variables', 'environment']);

/** Maps whose values are texts, whatever YAML takes them for; all but `driver_opts` may be written as lists. */
const TEXT_MAPS: ReadonlySet<string> = new Set([...VARIABLE_MAPS, 'labels', 'driver_opts']);
const LISTED_MAPS: ReadonlySet<string> = new Set([...VARIABLE_MAPS, 'labels']);

/** Read before there are variables. */
const UNTOUCHED: ReadonlySet<string> = new Set(['name', 'abstract', 'extends', 'variables']);

export interface Interpolated {
  readonly root: JsonObject;
  /** The paths of texts about which something has been reported. */
  readonly wrong: readonly ManifestPath[];
  /** The texts that git does not hold, or not all of, as they are declared. */
  readonly inputs: readonly InputText[];
}

export interface InputText {
  readonly path: ManifestPath;
  readonly declared: string;
}

export function interpolate(
  root: JsonObject,
  variables: Variables,
  secrets: SecretTexts,
  reporter: Reporter,
): Interpolated {
  const interpolation = new Interpolation(variables, secrets, reporter);
  return { root: interpolation.environment(root), wrong: interpolation.wrong, inputs: interpolation.inputs };
}

class Interpolation {
  readonly wrong: ManifestPath[] = [];
  readonly inputs: InputText[] = [];
  readonly #variables: Variables;
  readonly #secrets: SecretTexts;
  readonly #reporter: Reporter;
  readonly #path: string[] = [];

  constructor(variables: Variables, secrets: SecretTexts, reporter: Reporter) {
    this.#variables = variables;
    this.#secrets = secrets;
    this.#reporter = reporter;
  }

  environment(root: JsonObject): JsonObject {
    return this.#members(root, (key, value) => {
      if (UNTOUCHED.has(key)) return value ?? undefined;
      return key === 'engines' ? this.#settings(value) : this.#field(key, value);
    });
  }

  /** What a driver defines, whose words may mean something else there. */
  #settings(value: Json): Json | undefined {
    if (isJsonObject(value)) return this.#members(value, (_, item) => this.#settings(item));
    return Array.isArray(value) ? this.#items(value, (item) => this.#settings(item) ?? null) : this.#scalar(value);
  }

  /** A field of the schema; `undefined` when it is not set. */
  #field(key: string, value: Json): Json | undefined {
    if (value === null) return undefined;
    const named = Array.isArray(value) && LISTED_MAPS.has(key) ? this.#named(key, value) : value;
    if (isJsonObject(named)) {
      if (TEXT_MAPS.has(key)) return this.#members(named, (_, item) => this.#text(item));
      if (ENTRY_MAPS.has(key)) return this.#members(named, (_, item) => this.#value(item));
    }
    return this.#value(named);
  }

  #value(value: Json): Json {
    if (isJsonObject(value)) return this.#members(value, (key, item) => this.#field(key, item));
    return Array.isArray(value) ? this.#items(value, (item) => this.#value(item)) : this.#scalar(value);
  }

  /** An entry of a map of texts. */
  #text(value: Json): Json {
    if (typeof value === 'number') return this.#reporter.layers.textOf(this.#path) ?? String(value);
    if (typeof value === 'boolean') return String(value);
    if (!isJsonObject(value)) return this.#scalar(value);
    const isVariable = VARIABLE_MAPS.has(this.#path.at(-2) ?? '');
    const secret = isVariable ? this.#variables.secret(value, [...this.#path]) : null;
    if (secret === null) return value;
    this.#reportUnknownKeys(value);
    this.#note(secret.text);
    return this.#secrets.seal(secret.text, secret.declaration);
  }

  /** Once it is sealed, the schema sees nothing of what stands beside a secret. */
  #reportUnknownKeys(secret: JsonObject): void {
    const known = keysOf(schemaAt(this.#path));
    for (const key of Object.keys(secret).filter((name) => !known.includes(name))) {
      const { summary, detail } = unknownKey(key, this.#path, known);
      this.#reporter.errorAt('key', 'unknown_key', [...this.#path, key], summary, detail);
    }
  }

  #scalar(value: Json): Json {
    if (typeof value !== 'string' || !value.includes('$')) return value;
    const text = this.#variables.substitute(value, [...this.#path], { looseDollars: hasOwnDollars(this.#path) });
    if (text.isWrong) this.wrong.push([...this.#path]);
    this.#note(text);
    return text.isSecret && !text.isWrong ? this.#seal(text) : text.plain;
  }

  #note({ isHeld, declared }: Text): void {
    if (!isHeld) this.inputs.push({ path: [...this.#path], declared });
  }

  #seal(text: Text): string {
    if (maySeal(this.#path)) return this.#secrets.seal(text);
    const detail = 'secrets may stand in environment_variables, and in commands and tests that are written as lists';
    this.#reporter.error('invalid_secret', [...this.#path], 'a secret may not stand here', detail);
    this.wrong.push([...this.#path]);
    return '';
  }

  /** `[NAME=value]` as a map. */
  #named(key: string, list: readonly Json[]): Json {
    const map: { [name: string]: Json } = {};
    for (const [index, item] of list.entries()) {
      const path = [...this.#path, String(index)];
      if (typeof item !== 'string') return list;
      const equals = item.indexOf('=');
      const name = equals === -1 ? item : item.slice(0, equals);
      if (equals === -1 && VARIABLE_MAPS.has(key)) {
        const detail = `write ${name}=value, or ${name}=\${${name}} to take it from the environment of trueup`;
        this.#reporter.error('invalid_value', path, `"${name}" has no value`, detail);
      } else if (Object.hasOwn(map, name)) this.#reporter.error('duplicate_key', path, `"${name}" is declared twice`);
      else if (name === '__proto__') this.#reporter.error('invalid_name', path, '"__proto__" is not allowed as a key');
      else map[name] = equals === -1 ? '' : item.slice(equals + 1);
    }
    return map;
  }

  #members(map: JsonObject, change: (key: string, value: Json) => Json | undefined): JsonObject {
    let changed: { [key: string]: Json } | null = null;
    for (const key of Object.keys(map)) {
      const value = map[key] ?? null;
      this.#path.push(key);
      const next = change(key, value);
      this.#path.pop();
      if (next === value) continue;
      changed ??= { ...map };
      if (next === undefined) delete changed[key];
      else changed[key] = next;
    }
    return changed ?? map;
  }

  #items(list: readonly Json[], change: (item: Json) => Json): readonly Json[] {
    let changed: Json[] | null = null;
    for (const [index, item] of list.entries()) {
      this.#path.push(String(index));
      const next = change(item);
      this.#path.pop();
      if (next === item) continue;
      changed ??= [...list];
      changed[index] = next;
    }
    return changed ?? list;
  }
}

/** Where a dollar has a meaning of its own: `$.status == 'ok'`, `^ok$`, `$.labels.build`. */
function hasOwnDollars(path: ManifestPath): boolean {
  return path.at(-2) === 'expected_response' || path[0] === 'ignore_differences';
}

/** Where a secret can be handed on without anybody having to read it. */
function maySeal(path: ManifestPath): boolean {
  const [collection, , group, field] = path;
  if (collection === 'environment_variables') return path.length === 2;
  if (collection !== 'services') return false;
  if (group === 'environment_variables') return path.length === 4;
  if (group === 'health_check') return field === 'test';
  if (group === 'post_start' || group === 'pre_stop') {
    return path.length === 6 && (path[4] === 'command' || path[4] === 'environment');
  }
  return path.length === 5 && (field === 'command' || field === 'entrypoint');
}
