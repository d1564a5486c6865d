/** The JSON Schemas that are shipped with trueup. */
import { readdir, readFile } from 'node:fs/promises';
import { TrueupError } from '../model/failure.ts';
import { isJsonObject, type JsonObject } from '../model/json.ts';
import { nearest } from '../model/nearest.ts';
import { packagePath } from './package-files.ts';

const ENDING = '.json';

/** Their names, sorted. */
export async function schemaNames(): Promise<readonly string[]> {
  const files = await readdir(packagePath('schemas'));
  return files
    .filter((file) => file.endsWith(ENDING))
    .map((file) => file.slice(0, -ENDING.length))
    .sort();
}

/** The text of one, as it is shipped. */
export async function schemaText(name: string): Promise<string> {
  const names = await schemaNames();
  if (names.includes(name)) return readFile(packagePath('schemas', name + ENDING), 'utf8');
  const suggestion = nearest(name, names);
  throw new TrueupError('usage', `there is no schema "${name}"`, {
    next: suggestion === null ? `there are: ${names.join(', ')}` : `did you mean "${suggestion}"?`,
  });
}

/** One of them, parsed. */
export async function readSchema(name: string): Promise<JsonObject> {
  const schema: unknown = JSON.parse(await schemaText(name));
  return isJsonObject(schema) ? schema : {};
}
