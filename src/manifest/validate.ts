/**
 * Validate: the interpolated values against the schema. What fits comes back typed; what does not is reported and left
 * out, so that the checks that follow find the mistakes in the rest.
 */
import { environment as fitsSchema } from '../generated/validators.js';
import type { Environment as Manifest } from '../model/generated/environment.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { ManifestPath } from './layers.ts';
import type { Reporter } from './reporter.ts';
import { prune } from './prune.ts';
import { ENVIRONMENT_SCHEMA } from './schema.ts';
import { pathOf, reportSchemaErrors, type SchemaError } from './schema-errors.ts';
import { memberOf } from './source-file.ts';

export interface Validated {
  readonly manifest: Manifest;
  /** Entries such as `services.web` of which something was left out. */
  readonly broken: ReadonlySet<string>;
}

/** `wrong` are the paths about which something has been said already. */
export function validate(interpolated: JsonObject, wrong: readonly ManifestPath[], reporter: Reporter): Validated {
  const root = wrong.length === 0 ? interpolated : prune(interpolated, wrong);
  let errors = errorsOf(root);
  if (errors.length > 0 && castInterpolated(root, errors, reporter)) errors = errorsOf(root);
  if (errors.length === 0 && wrong.length === 0) return { manifest: fitting(root), broken: new Set() };
  const misfits = reportSchemaErrors(errors, root, { schema: ENVIRONMENT_SCHEMA, reporter, wrong });
  return {
    manifest: fitting(prune(root, misfits)),
    broken: new Set([...wrong, ...misfits].map((path) => path.slice(0, 2).join('.'))),
  };
}

/** The boundary between values and types: what the schema has let through is what the types made from it say. */
function fitting(root: JsonObject): Manifest {
  return root;
}

function errorsOf(root: JsonObject): readonly SchemaError[] {
  return fitsSchema(root) ? [] : (fitsSchema.errors ?? []);
}

/**
 * Interpolation makes text. Where the schema wants something else, and a template wrote it, the text is read as that.
 * Changes values in place: interpolation has copied all that leads to a text it made. Returns whether it changed any.
 */
function castInterpolated(root: JsonObject, errors: readonly SchemaError[], reporter: Reporter): boolean {
  let isChanged = false;
  for (const error of errors) {
    const path = pathOf(error);
    const name = path.at(-1);
    if (error.keyword !== 'type' || name === undefined) continue;
    const container = path.slice(0, -1).reduce<Json>((current, key) => memberOf(current, key) ?? null, root);
    const [value, declared] = [memberOf(container, name), reporter.layers.valueOf(path)];
    if (typeof value !== 'string' || typeof declared !== 'string' || !declared.includes('$')) continue;
    const meant = readScalar(value);
    if (meant === undefined) continue;
    (container as { [key: string]: Json })[name] = meant;
    isChanged = true;
  }
  return isChanged;
}

function readScalar(text: string): Json | undefined {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
