/** Documents against the schemas as they are published, with nothing compiled ahead. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type AnySchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { isJsonObject, type JsonObject } from '../../src/model/json.ts';

const SCHEMAS = join(import.meta.dirname, '../../schemas');

const validators = new Map<string, ValidateFunction>();

export function readSchema(name: string): AnySchemaObject & JsonObject {
  const schema: unknown = JSON.parse(readFileSync(join(SCHEMAS, `${name}.json`), 'utf8'));
  if (!isJsonObject(schema)) throw new Error(`schemas/${name}.json is no object`);
  return schema;
}

/** Every way in which the document does not fit; empty when it does. */
export function schemaErrors(name: string, document: unknown): readonly string[] {
  const validate = validators.get(name) ?? compiled(name);
  // As a reader meets it: what JSON cannot hold is gone.
  validate(JSON.parse(JSON.stringify(document)));
  return (validate.errors ?? []).map(
    (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
  );
}

function compiled(name: string): ValidateFunction {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true });
  addFormats.default(ajv);
  const validate = ajv.compile(readSchema(name));
  validators.set(name, validate);
  return validate;
}
