/** That a machine is being made: written before, and gone afterwards. A killed run leaves it, and the next one knows the rest by it. */
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PRIVATE_FILE, writeFileAtomic } from '../../files/atomic-file.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { canonicalJson, isJsonObject, member, parseJson } from '../../model/json.ts';
import { type OwnerMark, ownerMarkText, parseOwnerMark } from '../owner-mark.ts';
import { textOf } from './marks.ts';

export interface Intent {
  readonly mark: OwnerMark;
  /** The template that it is made from: Lima keeps it byte for byte. */
  readonly template: string;
}

/** `null` where there is none that can be read. */
export async function readIntent(path: string): Promise<Intent | null> {
  const text = await textOf(path);
  if (text === null) return null;
  try {
    const value = parseJson(text);
    const template = member(value, 'template');
    const mark = parseOwnerMark(canonicalJson(member(value, 'mark')));
    return isJsonObject(value) && mark !== null && typeof template === 'string' ? { mark, template } : null;
  } catch {
    return null;
  }
}

export async function writeIntent(path: string, { mark, template }: Intent): Promise<void> {
  await makeFolder(dirname(path));
  await writeFileAtomic(path, canonicalJson({ mark: parseJson(ownerMarkText(mark)), template }), PRIVATE_FILE);
}

export async function dropIntent(path: string): Promise<void> {
  await rm(path, { force: true });
}
