/** Paths of the host as a manifest says them: what lies in the repo relative to the file, so that it is right in every clone. */
import { posix } from 'node:path';
import { isJsonArray, isJsonObject, type Json } from '../../model/json.ts';

export interface SaidIn {
  /** The manifest, relative to the root of the repo. */
  readonly file: string;
  /** Absolute path of the repo. */
  readonly root: string;
}

/** The same, with such paths in it; `name` is what the value is called. */
export function inRepo<T extends Json | undefined>(value: T, name: string | undefined, where: SaidIn): T | Json {
  if (typeof value === 'string') return name === 'host_path' ? relativePath(value, where) : value;
  if (isJsonArray(value)) return value.map((item) => inRepo(item, undefined, where));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inRepo(item, key, where)]));
}

/** What lies elsewhere stays as it is. */
function relativePath(path: string, { file, root }: SaidIn): string {
  if (path !== root && !path.startsWith(`${root}/`)) return path;
  const found = posix.relative(posix.join(root, posix.dirname(file)), path);
  return found.startsWith('.') ? found : `./${found}`;
}
