/**
 * Owner ids: whose objects are ours. They lie in the git dir, one file per worktree, and so are neither committed nor
 * cloned, and outlive the state folder. The first id is written on what is created; all of them are ours.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TrueupError } from '../model/failure.ts';
import { createOnce, writeFileAtomic } from '../files/atomic-file.ts';
import { listOf, objectOf, textThat } from './shape.ts';
import { parseStored } from './stored-json.ts';
import { errnoOf } from '../files/errno.ts';
import { unreadable, unwritable } from './system-error.ts';

const FORMAT_VERSION = '1.0';

const OWNERS_SHAPE = objectOf({ owners: listOf(textThat((id) => /^[0-9a-f]{32}$/.test(id), 'an owner id')) });

const DAMAGED =
  'Restore it from a backup. If you delete it, everything that runs from this checkout belongs to somebody else until `trueup apply --adopt`.';

export function ownersPath(gitDir: string): string {
  return join(gitDir, 'trueup', 'owners.json');
}

/** Empty when nothing was ever applied from this worktree. A damaged file is an error and is never replaced. */
export async function readOwners(gitDir: string): Promise<readonly string[]> {
  const path = ownersPath(gitDir);
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw unreadable(path, error instanceof Error ? error.message : String(error), DAMAGED, error);
  }
  const stored = parseStored<{ readonly owners: readonly string[] }>(content, FORMAT_VERSION, OWNERS_SHAPE);
  if (stored.status === 'too_new') {
    throw new TrueupError('state_too_new', `${path} was written by a newer trueup (format ${stored.found})`, {
      fields: { path, format_version: stored.found, supported: FORMAT_VERSION },
      next: 'Update trueup.',
    });
  }
  if (stored.status === 'damaged') throw unreadable(path, stored.reason, DAMAGED);
  if (stored.value.owners.length === 0) throw unreadable(path, 'it names no owner', DAMAGED);
  return stored.value.owners;
}

/** Adds ids whose objects are ours from now on. */
export async function addOwners(gitDir: string, ids: readonly string[]): Promise<void> {
  const path = ownersPath(gitDir);
  const owners = [...new Set([...(await ensureOwner(gitDir)), ...ids])];
  try {
    await writeFileAtomic(path, `${JSON.stringify({ format_version: FORMAT_VERSION, owners })}\n`);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** As {@link readOwners}, with a new id made when there is none: two processes at once agree on one. */
export async function ensureOwner(gitDir: string): Promise<readonly string[]> {
  const owners = await readOwners(gitDir);
  if (owners.length > 0) return owners;
  const path = ownersPath(gitDir);
  const file = { format_version: FORMAT_VERSION, owners: [randomBytes(16).toString('hex')] };
  try {
    await createOnce(path, `${JSON.stringify(file)}\n`);
  } catch (error) {
    throw unwritable(path, error);
  }
  return readOwners(gitDir);
}
