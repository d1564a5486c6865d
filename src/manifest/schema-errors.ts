/** From the schema's complaints to diagnostics: one for each mistake, at its place, with what would be right. */
import type { DiagnosticCode } from '../model/codes.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { nearest } from '../model/nearest.ts';
import type { ManifestPath } from './layers.ts';
import type { Reporter } from './reporter.ts';
import { expectedKey, keysOf, schemaAt } from './schema.ts';
import { nameOf, unknownKey, type Wording, wrongValue } from './schema-wording.ts';
import { memberOf } from './source-file.ts';

/** As a compiled validator reports it. */
export interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly propertyName?: string;
}

interface Problem extends Wording {
  readonly path: ManifestPath;
  readonly part: 'key' | 'value';
  readonly code: DiagnosticCode;
  readonly isSaid?: boolean;
}

export interface SchemaErrorOptions {
  readonly schema: JsonObject;
  readonly reporter: Reporter;
  /** Paths about which something has been said already. */
  readonly wrong?: readonly ManifestPath[];
  /** Replaces the code of each diagnostic. */
  readonly code?: DiagnosticCode;
}

/** Reports each error of `root`; the paths of what does not fit come back. */
export function reportSchemaErrors(
  errors: readonly SchemaError[],
  root: Json,
  { schema, reporter, wrong = [], code }: SchemaErrorOptions,
): readonly ManifestPath[] {
  const said = new Set(wrong.map((path) => path.join('\0')));
  const saidBelow = new Set(wrong.flatMap((path) => path.map((_, depth) => path.slice(0, depth + 1).join('\0'))));
  const meant = new Set(errors.filter(isUnknownKey).map((error) => meantKey(error, schema)));
  const problems = new Map<string, Problem>();
  for (const error of errors) {
    const problem = problemOf(error, root, schema);
    const id = problem === null ? '' : [...problem.path, problem.part].join('\0');
    if (problem !== null && !problems.has(id)) problems.set(id, { ...problem, isSaid: isSaid(error) });
  }
  for (const { part, code: own, path, summary, detail, isSaid } of problems.values()) {
    if (!isSaid) reporter.errorAt(part, code ?? own, path, summary, detail);
  }
  return [...problems.values()].map((problem) => problem.path);

  /** A required key that is misspelt, or was left out because its value is wrong, is one mistake and not two. */
  function isSaid(error: SchemaError): boolean {
    const path = pathOf(error);
    // An item that was left out because of what is wrong in it stands as null.
    const isLeftOut = (): boolean => saidBelow.has(path.join('\0')) && valueAt(root, path) === null;
    if (error.keyword !== 'required') return said.has(path.join('\0')) || isLeftOut();
    const { missingProperty: key } = error.params;
    return meant.has(keyId(error, key)) || saidBelow.has([...path, String(key)].join('\0'));
  }
}

/** The names of a JSON pointer. */
export function pathOf(error: SchemaError): ManifestPath {
  if (error.instancePath === '') return [];
  const names = error.instancePath.slice(1).split('/');
  return names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function isUnknownKey(error: SchemaError): boolean {
  return error.keyword === 'additionalProperties';
}

function meantKey(error: SchemaError, schema: JsonObject): string {
  return keyId(error, nearest(String(error.params['additionalProperty']), keysOf(schemaAt(pathOf(error), schema))));
}

function keyId(error: SchemaError, key: unknown): string {
  return `${error.instancePath}\0${String(key)}`;
}

function problemOf(error: SchemaError, root: Json, schemaRoot: JsonObject): Problem | null {
  // Said by what is wrong with the key.
  if (error.keyword === 'propertyNames') return null;
  const path = pathOf(error);
  const schema = schemaAt(path, schemaRoot);
  if (error.propertyName !== undefined) return wrongKey(error.propertyName, path, expectedKey(schema, schemaRoot));
  if (isUnknownKey(error)) {
    const key = String(error.params['additionalProperty']);
    return { path: [...path, key], part: 'key', code: 'unknown_key', ...unknownKey(key, path, keysOf(schema)) };
  }
  if (error.keyword === 'required') return missingKey(String(error.params['missingProperty']), path);
  const wording =
    secretWording(path, valueAt(root, path), schemaRoot) ??
    wrongValue(error.keyword, error.params, path, valueAt(root, path), schema);
  return { path, part: 'value', code: 'invalid_value', ...wording };
}

function valueAt(root: Json, path: ManifestPath): Json {
  return path.reduce<Json>((current, name) => memberOf(current, name) ?? null, root);
}

/** Where a secret is written, what does not fit is not shown: it may be the secret. `null` anywhere else. */
function secretWording(path: ManifestPath, value: Json, schemaRoot: JsonObject): Wording | null {
  const field = path.at(-1);
  // A schema may have another `secret`, which is one itself: its value is a map.
  if (schemaAt([...path.slice(0, -1), 'secret'], schemaRoot)?.['const'] !== true) return null;
  if (field === 'secret') {
    return { summary: `${nameOf(path)} must be true`, detail: 'write `secret: true`, and the secret as its `value`' };
  }
  if (field !== 'value' || (typeof value !== 'number' && typeof value !== 'boolean')) return null;
  return { summary: `${nameOf(path)} of a secret must be text`, detail: 'write it in quotes' };
}

function wrongKey(key: string, path: ManifestPath, right: string | null): Problem {
  const shown = key.length > 60 ? `${key.slice(0, 60)}…` : key;
  const summary = `"${shown}" is not allowed as a key of ${nameOf(path)}`;
  return {
    path: [...path, key],
    part: 'key',
    code: 'invalid_name',
    summary,
    detail: right === null ? null : `write ${right}`,
  };
}

function missingKey(key: string, path: ManifestPath): Problem {
  const isItem = /^\d+$/.test(path.at(-1) ?? '0');
  const summary = `"${key}" is missing in ${nameOf(path)}`;
  return { path, part: isItem ? 'value' : 'key', code: 'missing_key', summary, detail: null };
}
