/** The fields of a definition of the manifest schema, so that a field that no test has a row for fails. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly 'x-not-supported'?: unknown;
}

const FILE = join(import.meta.dirname, '../../schemas/environment.json');

/**
 * Every field below a definition as dotted names, such as `process.command`; `*` stands for the key of a map or an item of
 * a list. Fields that this version does not carry out at all are left out: they are errors at their line.
 */
export function schemaFields(definition: string): readonly string[] {
  const schema: { readonly $defs: Readonly<Record<string, Schema>> } = JSON.parse(readFileSync(FILE, 'utf8')) as never;
  const resolve = (node: Schema): Schema => {
    const name = node.$ref?.replace('#/$defs/', '');
    const target = name === undefined ? undefined : schema.$defs[name];
    return target === undefined ? node : { ...resolve(target), ...node };
  };
  const walk = (node: Schema, path: string): readonly string[] => {
    const { properties, items, additionalProperties: members, 'x-not-supported': refused } = resolve(node);
    if (refused === true) return [];
    if (properties !== undefined) {
      return Object.entries(properties).flatMap(([name, child]) => walk(child, path === '' ? name : `${path}.${name}`));
    }
    const inner = [items, typeof members === 'object' ? members : undefined].find(
      (candidate) => candidate !== undefined && resolve(candidate).properties !== undefined,
    );
    return inner === undefined ? [path] : walk(inner, `${path}.*`);
  };
  return walk({ $ref: `#/$defs/${definition}` }, '');
}
