/**
 * Holds a document against its schema as readers do: keys that nobody knows are ignored, so a newer minor version that only
 * adds keys is read. One with a new word where a list of words is closed is refused: no page has words for it.
 * This is the one place at which what was read from a file becomes a typed document.
 */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import driftSchema from '../../../schemas/drift.json' with { type: 'json' };
import paritySchema from '../../../schemas/parity.json' with { type: 'json' };
import parityHistorySchema from '../../../schemas/parity-history.json' with { type: 'json' };
import parityMatrixSchema from '../../../schemas/parity-matrix.json' with { type: 'json' };
import planSchema from '../../../schemas/plan.json' with { type: 'json' };
import runSchema from '../../../schemas/run.json' with { type: 'json' };
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { PageKind, ToldMatrix } from './report.ts';
import type { DriftJson, ParityHistoryJson, ParityJson, PlanJson, ReportJson, RunJson } from './report-json.ts';

const SCHEMAS: Readonly<Record<PageKind, JsonObject>> = {
  plan: planSchema,
  run: runSchema,
  drift: driftSchema,
  parity: paritySchema,
  'parity matrix': parityMatrixSchema,
  'parity history': parityHistorySchema,
};

export type Fitted = ReportJson | { readonly kind: 'misfit'; readonly problem: string };

/** `problem` is the first that was found: where, and what is wrong there. */
export function fitsSchema(document: JsonObject, kind: PageKind): Fitted {
  const validate = compiled(kind);
  if (validate(document)) return fitted(kind, document);
  const [error] = validate.errors ?? [];
  const where = error === undefined || error.instancePath === '' ? 'the document' : error.instancePath;
  return { kind: 'misfit', problem: `${where} ${error?.message ?? 'does not fit its schema'}` };
}

const validators = new Map<PageKind, ValidateFunction>();

function compiled(kind: PageKind): ValidateFunction {
  const known = validators.get(kind);
  if (known !== undefined) return known;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const validate = ajv.compile(asReader(SCHEMAS[kind]));
  validators.set(kind, validate);
  return validate;
}

function fitted(kind: PageKind, document: unknown): ReportJson {
  switch (kind) {
    case 'plan':
      return { kind, document: document as PlanJson };
    case 'run':
      return { kind, document: document as RunJson };
    case 'drift':
      return { kind, document: document as DriftJson };
    case 'parity':
      return { kind, document: document as ParityJson };
    case 'parity matrix':
      return { kind, document: document as ToldMatrix };
    case 'parity history':
      return { kind, document: document as ParityHistoryJson };
    default:
      return kind satisfies never;
  }
}

function asReader(schema: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]): readonly (readonly [string, Json])[] => {
      if (key === 'additionalProperties' && value === false) return [];
      // What a version may be was asked before.
      return [[key, key === 'format_version' ? true : asReaderPart(value)]];
    }),
  );
}

function asReaderPart(value: Json): Json {
  if (isJsonArray(value)) return value.map(asReaderPart);
  return isJsonObject(value) ? asReader(value) : value;
}
