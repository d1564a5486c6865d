/**
 * Makes code from `schemas/*.json`:
 *
 * - `src/model/generated/<name>.ts`, the types, committed. With `--check` a difference is an error and nothing is written.
 * - `src/generated/validators.{js,d.ts}`, one compiled validator per input schema, not committed and always rewritten.
 *
 * Schemas refer to one another by relative file name, or by `$id`. Keywords that begin with `x-` are annotations.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import addFormats from 'ajv-formats';
import { build } from 'esbuild';
import { compile } from 'json-schema-to-typescript';

const ROOT = join(import.meta.dirname, '..');
const SCHEMAS = join(ROOT, 'schemas');
const TYPES = join(ROOT, 'src', 'model', 'generated');
const VALIDATORS = join(ROOT, 'src', 'generated');

/** The schemas of what people write. */
const INPUTS: readonly string[] = ['allow.json', 'environment.json', 'settings.json'];

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Schema = Record<string, Json>;

/** Returns the committed type files that differ from what the schemas say; empty unless `check` is set. */
export async function generate({ check = false }: { check?: boolean } = {}): Promise<string[]> {
  const schemas = await readSchemas();
  const [drifted] = await Promise.all([generateTypes(schemas, check), generateValidators(schemas)]);
  return drifted;
}

/** Every schema by file name, with `$id` and references made relative file names, and the root named after the file. */
async function readSchemas(): Promise<Map<string, Schema>> {
  const files = (await listFolder(SCHEMAS)).filter((file) => file.endsWith('.json'));
  const schemas = new Map<string, Schema>();
  const fileOfId = new Map<string, string>();
  for (const file of files) {
    const schema = JSON.parse(await readFile(join(SCHEMAS, file), 'utf8')) as Schema;
    if (typeof schema['$id'] === 'string') fileOfId.set(schema['$id'], file);
    schemas.set(file, schema);
  }
  for (const [file, schema] of schemas) {
    const relative = withReferences(schema, (reference) => {
      const [address = '', fragment = ''] = reference.split(/(?=#)/);
      if (address === '' || address.startsWith('#')) return { $ref: reference };
      const target = fileOfId.get(address) ?? address.replace(/^\.\//, '');
      if (!schemas.has(target)) throw new Error(`schemas/${file}: $ref "${reference}" names no file in schemas/`);
      return { $ref: `${target}${fragment}` };
    }) as Schema;
    schemas.set(file, { ...relative, $id: file, title: pascalCase(file) });
  }
  return schemas;
}

function withReferences(value: Json, rewrite: (reference: string) => Schema): Json {
  if (Array.isArray(value)) return value.map((item) => withReferences(item, rewrite));
  if (!isObject(value)) return value;
  const { $ref, ...rest } = value;
  const parts = Object.entries(rest).map(([key, item]) => [key, withReferences(item, rewrite)]);
  const own = Object.fromEntries(parts) as Schema;
  if (typeof $ref === 'string') return { ...own, ...rewrite($ref) };
  return $ref === undefined ? own : { ...own, $ref: withReferences($ref, rewrite) };
}

async function generateTypes(schemas: Map<string, Schema>, check: boolean): Promise<string[]> {
  const wanted = new Map<string, string>();
  for (const file of inputs(schemas)) wanted.set(file.replace(/\.json$/, '.ts'), await typesOf(file, schemas));
  const stale = (await listFolder(TYPES)).filter((file) => file.endsWith('.ts') && !wanted.has(file));
  const drifted: string[] = stale.map((file) => `src/model/generated/${file}`);
  for (const [file, text] of wanted) {
    if ((await readIfPresent(join(TYPES, file))) === text) continue;
    drifted.push(`src/model/generated/${file}`);
    if (!check) await writeWhole(join(TYPES, file), text);
  }
  if (check) return drifted;
  for (const file of stale) await rm(join(TYPES, file));
  return [];
}

/** The root is named after the file and each definition after its key; what another file defines is imported from there. */
async function typesOf(file: string, schemas: Map<string, Schema>): Promise<string> {
  const { $id: _, $defs = {}, ...root } = schemas.get(file) ?? {};
  const definitions = Object.entries($defs as Record<string, Json>);
  const own = [file, ...definitions.map(([key]) => key)].map(pascalCase);
  const twice = own.find((name, index) => own.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`schemas/${file}: two definitions would be named ${twice}`);

  const imports = new Map<string, string>();
  const text = await compile({ ...(named(root, file) as Schema), $defs: withoutTitles() }, pascalCase(file), {
    bannerComment: '',
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: true,
    style: { singleQuote: true, printWidth: 120 },
  });
  const header = `/** Made from schemas/${file} by \`npm run generate\`: change that file, not this one. */\n`;
  const body = text
    .replaceAll(/^ *\*(?: *\n *\*)? This interface was referenced by [^\n]*\n *\* via the [^\n]*\n/gm, '')
    .replaceAll(/^ *\/\*\*\n *\*\/\n/gm, '');
  return `${header}${[...imports.values()].sort().join('')}\n${body.trimStart()}`;

  function named(part: Json, base: string): Json {
    return withReferences(part, (reference) => {
      const [target = '', pointer = ''] = reference.split('#');
      const steps = pointer.split('/').slice(1);
      if (steps.length === 0) return { tsType: typeName(target || base, target || base) };
      if (steps.length === 2 && steps[0] === '$defs') return { tsType: typeName(target || base, steps[1] ?? '') };
      // Something inside a definition has no name of its own and is repeated.
      const inner = steps.reduce<Json>((value, step) => member(value, step), schemas.get(target || base) ?? null);
      if (!isObject(inner)) throw new Error(`schemas/${file}: $ref "${reference}" leads nowhere`);
      return named(inner, target || base) as Schema;
    });
  }

  function withoutTitles(): Schema {
    return Object.fromEntries(
      definitions.map(([key, part]) => [key, named(isObject(part) ? omitTitle(part) : part, file)]),
    );
  }

  function typeName(target: string, key: string): string {
    const name = pascalCase(key);
    if (target === file) return name;
    const alias = own.includes(name) ? `${pascalCase(target)}${name}` : name;
    const from = `./${target.replace(/\.json$/, '.ts')}`;
    imports.set(alias, `import type { ${alias === name ? name : `${name} as ${alias}`} } from '${from}';\n`);
    return alias;
  }
}

function member(value: Json, name: string): Json {
  if (Array.isArray(value)) return value[Number(name)] ?? null;
  return isObject(value) ? (value[name.replaceAll('~1', '/').replaceAll('~0', '~')] ?? null) : null;
}

function omitTitle({ title: _, ...rest }: Schema): Schema {
  return rest;
}

function isObject(value: Json): value is Schema {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** What people write is validated at run time; what trueup writes is held to its schema by the tests. */
function inputs(schemas: Map<string, Schema>): readonly string[] {
  return [...schemas.keys()].filter((file) => INPUTS.includes(file));
}

async function generateValidators(schemas: Map<string, Schema>): Promise<void> {
  const ajv = new Ajv2020({
    allErrors: true,
    discriminator: true,
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    code: { source: true, esm: true, lines: true },
  });
  addFormats.default(ajv);
  for (const keyword of annotations([...schemas.values()])) ajv.addKeyword(keyword);
  for (const schema of schemas.values()) ajv.addSchema(schema);

  const exports = Object.fromEntries(inputs(schemas).map((file) => [camelCase(file), file]));
  const source = schemas.size === 0 ? 'export {};\n' : standalone.default(ajv, exports);
  await writeWhole(join(VALIDATORS, 'validators.js'), await selfContained(source));
  await writeWhole(join(VALIDATORS, 'validators.d.ts'), declarations(Object.keys(exports)));
}

/** Ajv's own helpers, which the compiled code reads with `require`, become part of the one module. */
async function selfContained(source: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: ROOT, sourcefile: 'validators.js' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['main'],
    target: 'node24',
    legalComments: 'none',
  });
  return `// Made from schemas/ by \`npm run generate\`.\n${outputFiles[0]?.text ?? ''}`;
}

function declarations(names: string[]): string {
  const lines = names.map((name) => `export declare const ${name}: Validate;`);
  return `// Made from schemas/ by \`npm run generate\`.
import type { ErrorObject } from 'ajv';

/** True when the data fits; otherwise \`errors\` holds every problem until the next call. */
export interface Validate {
  (data: unknown): boolean;
  errors?: ErrorObject[] | null;
}

${lines.join('\n')}
`;
}

function annotations(value: Json, found: Set<string> = new Set()): Set<string> {
  if (value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      if (key.startsWith('x-')) found.add(key);
      annotations(item, found);
    }
  }
  return found;
}

function pascalCase(file: string): string {
  return file
    .replace(/\.json$/, '')
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

function camelCase(file: string): string {
  const name = pascalCase(file);
  return name.charAt(0).toLowerCase() + name.slice(1);
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch {
    return [];
  }
}

async function readIfPresent(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return null;
  }
}

/** Leaves an equal file alone, and never shows half a file to a build that runs beside this one. */
async function writeWhole(path: string, text: string): Promise<void> {
  if ((await readIfPresent(path)) === text) return;
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(`${path}.${process.pid}`, text);
  await rename(`${path}.${process.pid}`, path);
}

if (import.meta.main) {
  const drifted = await generate({ check: process.argv.includes('--check') });
  for (const file of drifted) console.error(`${file} differs from its schema: run \`npm run generate\` and commit it`);
  if (drifted.length > 0) process.exitCode = 1;
}
