/**
 * A manifest in which every field of the schema that can hold a text holds the one that a test asks for, one field at a
 * time: walked from the schema, so that a field which comes tomorrow is planted tomorrow.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
}

export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

export interface TextField {
  /** Dotted, such as `services.web.process.command.0`. */
  readonly path: string;
  /** What of a manifest holds it, with this text in it. */
  holding(text: string): { readonly [key: string]: Value };
}

const FILE = join(import.meta.dirname, '../../../schemas/environment.json');

/** Keys of maps that people choose, by the field: what a valid manifest calls them. */
const KEYS: Readonly<Record<string, string>> = {
  services: 'web',
  volumes: 'data',
  networks: 'front',
  variables: 'variable',
  engines: 'other',
};

/** Every field that can be a text, in each of the forms that the schema lets it have. */
export function textFields(): readonly TextField[] {
  const schema = JSON.parse(readFileSync(FILE, 'utf8')) as Schema & {
    readonly $defs: Readonly<Record<string, Schema>>;
  };
  const resolve = (node: Schema): Schema => {
    const target = schema.$defs[node.$ref?.replace('#/$defs/', '') ?? ''];
    return target === undefined ? node : { ...resolve(target), ...node };
  };
  const walk = (node: Schema, path: readonly (string | number)[]): readonly TextField[] => {
    const { type, properties, items, additionalProperties: members, enum: words, const: constant } = resolve(node);
    const last = path.at(-1);
    const key = KEYS[String(last)] ?? 'KEY';
    const below = [
      ...Object.entries(properties ?? {}).flatMap(([name, child]) => walk(child, [...path, name])),
      ...(items === undefined ? [] : walk(items, [...path, 0])),
      ...(typeof members === 'object' ? walk(members, [...path, key]) : []),
    ];
    const isText = [type ?? []].flat().some((one) => one === 'string' || one === 'integer' || one === 'number');
    const isScalar = isText || words !== undefined || constant !== undefined || type === 'boolean';
    // A group of which nothing is said may hold anything.
    const isOpen = type === 'object' && below.length === 0;
    const own = [...(isScalar ? [fieldAt(path)] : []), ...(isOpen ? [fieldAt([...path, 'KEY'])] : [])];
    return [...own, ...below];
  };
  return walk(schema, []);
}

function fieldAt(path: readonly (string | number)[]): TextField {
  return {
    path: path.join('.'),
    holding: (text) => nested(path, text) as { readonly [key: string]: Value },
  };
}

function nested([head, ...rest]: readonly (string | number)[], text: string): Value {
  if (head === undefined) return text;
  const below = nested(rest, text);
  return typeof head === 'number' ? [below] : { [head]: below };
}

export function isGroup(value: Value): value is { readonly [key: string]: Value } {
  return typeof value === 'object' && !Array.isArray(value);
}
