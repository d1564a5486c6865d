/**
 * What a crash leaves of a volume that was being filled. Its data lies wholly in one folder at any moment: between the
 * two renames of a filling it is the new one, and only the name that services know is missing.
 */
import { existsSync, renameSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dataFolder, objectFolder } from './layout.ts';

/** Filled there, and whole once the old data lies aside. */
export function freshFolder(root: string, name: string): string {
  return join(objectFolder(root, 'volume', name), 'data.new');
}

/** Where the old data lies until its bytes are freed. */
export function formerFolder(root: string, name: string): string {
  return join(objectFolder(root, 'volume', name), 'data.old');
}

/** Ends the filling that was cut off, if one was. Answers where the data is, or belongs. */
export function settledData(root: string, name: string): string {
  const [data, former, fresh] = [dataFolder(root, name), formerFolder(root, name), freshFolder(root, name)];
  if (!existsSync(data) && existsSync(former)) renameSync(existsSync(fresh) ? fresh : former, data);
  return data;
}

/** The folder of the data, which is made where there is none. */
export async function ensuredData(root: string, name: string): Promise<string> {
  const data = settledData(root, name);
  await mkdir(data, { recursive: true, mode: 0o700 });
  return data;
}
