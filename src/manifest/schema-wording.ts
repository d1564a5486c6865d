/** The words of schema errors: what is wrong with a value, and what would be right. */
import type { Json, JsonObject } from '../model/json.ts';
import { nearest } from '../model/nearest.ts';
import type { ManifestPath } from './layers.ts';
import { expectedValue } from './schema.ts';

export interface Wording {
  readonly summary: string;
  readonly detail: string | null;
}

/** `keyword` and `params` as the validator gives them. */
export function wrongValue(
  keyword: string,
  params: Readonly<Record<string, unknown>>,
  path: ManifestPath,
  value: Json,
  schema: JsonObject | null,
): Wording {
  const [name, right] = [nameOf(path), expectedValue(schema)];
  // A secret that is written where only its source may stand is not shown either.
  const shown = schema?.['x-secret'] === true && typeof value === 'string' ? 'a text' : shownValue(value);
  const limit = String(params['limit']);
  switch (keyword) {
    case 'type':
      return {
        summary: `${name} must be ${typeWords(params['type'])}, not ${shown}`,
        detail: right === null ? emptyAdvice(value, params['type']) : `write ${right}`,
      };
    case 'enum':
      return notAllowed(name, value, params['allowedValues']);
    case 'const':
      return notAllowed(name, value, [params['allowedValue']]);
    case 'minimum':
      return { summary: `${name} must be at least ${limit}, not ${shown}`, detail: null };
    case 'exclusiveMinimum':
      return { summary: `${name} must be more than ${limit}, not ${shown}`, detail: null };
    case 'maximum':
      return { summary: `${name} must be at most ${limit}, not ${shown}`, detail: null };
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return { summary: `${name} must not be empty`, detail: null };
    default:
      return { summary: `${name} must be ${right ?? 'written otherwise'}, not ${shown}`, detail: null };
  }
}

export function unknownKey(key: string, path: ManifestPath, keys: readonly string[]): Wording {
  const summary = path.length === 0 ? `unknown key "${key}"` : `unknown key "${key}" in ${nameOf(path)}`;
  const known = path[0] !== 'services' ? {} : path.length === 2 ? SERVICE_COUNTERPARTS : FIELD_COUNTERPARTS;
  const counterpart = Object.hasOwn(known, key) ? known[key] : undefined;
  if (counterpart !== undefined) return { summary, detail: `in trueup this is ${counterpart}` };
  const suggestion = nearest(key, keys);
  const detail = suggestion === null ? `allowed here: ${keys.toSorted().join(', ')}` : `did you mean "${suggestion}"?`;
  return { summary, detail };
}

/** The last names of a path, as far as they say what is meant: `services.web`, `process`, `ports[0]`. */
export function nameOf(path: ManifestPath): string {
  const last = path.at(-1);
  if (last === undefined) return 'the file';
  if (/^\d+$/.test(last)) return `${nameOf(path.slice(0, -1))}[${last}]`;
  return path.length === 2 ? path.join('.') : last;
}

export function shownValue(value: Json): string {
  if (typeof value === 'string') return shownText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null) return 'empty';
  return Array.isArray(value) ? 'a list' : 'a map';
}

function shownText(text: string): string {
  if (text.startsWith('\0')) return 'a secret';
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

function emptyAdvice(value: Json, type: unknown): string | null {
  return value === null && Array.isArray(type) && type.includes('string') ? 'write "" for an empty text' : null;
}

function notAllowed(name: string, value: Json, allowed: unknown): Wording {
  const values = Array.isArray(allowed) ? allowed.map(String) : [];
  const suggestion = typeof value === 'string' ? nearest(value, values) : null;
  const list = `allowed: ${values.join(', ')}`;
  const detail = suggestion === null ? list : `did you mean "${suggestion}"? ${list}`;
  return { summary: `${name} must not be ${shownValue(value)}`, detail };
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  array: 'a list',
};

function typeWords(type: unknown): string {
  const types = (Array.isArray(type) ? type : [type]).map((item) => TYPE_WORDS[String(item)] ?? String(item));
  return types.length < 2 ? types.join('') : `${types.slice(0, -1).join(', ')} or ${types.at(-1)}`;
}

/** What people bring along from Compose. */
const SERVICE_COUNTERPARTS: Readonly<Record<string, string>> = {
  build: '`container: { build: … }`',
  command: '`container: { command: … }` or `process: { command: … }`',
  cpus: '`resource_limits: { cpu_limit: … }`',
  depends_on: '`dependencies`',
  deploy: '`resource_limits`',
  entrypoint: '`container: { entrypoint: … }`',
  environment: '`environment_variables`',
  healthcheck: '`health_check`',
  hostname: '`networking: { hostname: … }`',
  image: '`container: { image: … }`',
  mem_limit: '`resource_limits: { memory_limit: … }`',
  networks: '`networking: { networks: … }`',
  ports: '`networking: { ports: … }`',
  restart: '`restart` of `container` or `process`',
  tmpfs: '`storage: { tmpfs: … }`',
  volumes: '`storage: { volumes: … }`',
  working_dir: '`container: { working_dir: … }` or `process: { cwd: … }`',
};

const FIELD_COUNTERPARTS: Readonly<Record<string, string>> = {
  published: '`host_port`',
  read_only: '`mode: ro`',
  required: '`criticality: optional`',
  source: '`volume` or `host_path`',
  target: '`container_path` or `container_port`',
  working_dir: '`cwd`',
};
