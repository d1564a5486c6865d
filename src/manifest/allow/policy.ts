/**
 * The policy: what a repo that is not the operator's may declare, as one file says it. A field that the file does not
 * list is not allowed, and a file with a mistake allows nothing: it is an error.
 */
import allowSchema from '../../../schemas/allow.json' with { type: 'json' };
import { allow as fitsSchema } from '../../generated/validators.js';
import { type Diagnostic, hasErrors, sortDiagnostics } from '../../model/diagnostic.ts';
import { InvalidManifestsError } from '../../model/failure.ts';
import type { Allow, Limits as DeclaredLimits } from '../../model/generated/allow.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { parseSize } from '../../model/quantity.ts';
import { Layers } from '../layers.ts';
import { mergePatch } from '../merge-patch.ts';
import { parseFile } from '../parse.ts';
import { Reporter } from '../reporter.ts';
import { reportSchemaErrors } from '../schema-errors.ts';
import { FieldRules } from './field-rules.ts';

export interface Limits {
  readonly environments: number;
  readonly files: number;
  /** In bytes, as are `total_size` and `memory`. */
  readonly file_size: number;
  readonly total_size: number;
  readonly services: number;
  readonly volumes: number;
  readonly networks: number;
  readonly ports: number;
  readonly endpoints: number;
  readonly entries: number;
  readonly memory: number;
  readonly cpus: number;
}

export interface ForeignPolicy {
  /** Variables of the operator that the repo may read. */
  readonly variables: ReadonlySet<string>;
  readonly binds: 'none' | 'read_only' | 'read_write';
  readonly limits: Limits;
  readonly fields: FieldRules;
}

/** A policy file. */
export interface PolicyText {
  /** For diagnostics. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const SCHEMA: JsonObject = allowSchema;

/** What is not said is not allowed. */
const NOTHING: DeclaredLimits = {};

/** `builtIn` is what `extends: default` means. Throws InvalidManifestsError with all mistakes of the file. */
export function parsePolicy(file: PolicyText, builtIn: PolicyText): ForeignPolicy {
  const own = readPolicy(file);
  const isOwn = own.root['extends'] !== 'default';
  const base = isOwn ? null : readPolicy(builtIn);
  const root = base === null ? own.root : merged(base.root, own.root);
  const reporter = new Reporter(new Layers([...(base?.layers ?? []), ...own.layers]));
  const declared = fitted(withoutNulls(root), reporter);
  const fields = new FieldRules(declared.fields ?? {}, reporter);
  failOn(reporter.diagnostics);
  return {
    variables: new Set(declared.variables),
    binds: declared.binds ?? 'none',
    limits: limitsOf(declared.limits ?? NOTHING),
    fields,
  };
}

function readPolicy({ name, bytes }: PolicyText): { readonly root: JsonObject; readonly layers: readonly Layer[] } {
  const { file, root, diagnostics } = parseFile(name, bytes);
  failOn(diagnostics);
  const values = root ?? {};
  return { root: values, layers: [{ file, root: values }] };
}

type Layer = ConstructorParameters<typeof Layers>[0][number];

/** A rule of the operator stands for itself: nothing of the one that it replaces is left. */
function merged(base: JsonObject, own: JsonObject): JsonObject {
  const fields = { ...membersOf(base['fields']), ...membersOf(own['fields']) };
  return { ...mergePatch(base, own), fields };
}

function membersOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** In `fields` null takes back what is inherited. */
function withoutNulls(root: JsonObject): JsonObject {
  const { fields } = root;
  if (!isJsonObject(fields)) return root;
  return { ...root, fields: Object.fromEntries(Object.entries(fields).filter(([, rule]) => rule !== null)) };
}

function fitted(root: JsonObject, reporter: Reporter): Allow {
  if (!fitsSchema(root)) {
    reportSchemaErrors(fitsSchema.errors ?? [], root, { schema: SCHEMA, reporter, code: 'invalid_policy' });
  }
  failOn(reporter.diagnostics);
  return root as unknown as Allow;
}

function failOn(diagnostics: readonly Diagnostic[]): void {
  if (hasErrors(diagnostics)) throw new InvalidManifestsError(sortDiagnostics(diagnostics));
}

function limitsOf(declared: DeclaredLimits): Limits {
  return {
    environments: declared.environments ?? 0,
    files: declared.files ?? 0,
    file_size: parseSize(declared.file_size ?? 0) ?? 0,
    total_size: parseSize(declared.total_size ?? 0) ?? 0,
    services: declared.services ?? 0,
    volumes: declared.volumes ?? 0,
    networks: declared.networks ?? 0,
    ports: declared.ports ?? 0,
    endpoints: declared.endpoints ?? 0,
    entries: declared.entries ?? 0,
    memory: parseSize(declared.memory ?? 0) ?? 0,
    cpus: declared.cpus ?? 0,
  };
}
