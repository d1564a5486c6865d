/**
 * Freezes: what is left alone while somebody debugs it, one small file each, beside recorded state and not in it: whoever
 * freezes something needs no lock, and a run that writes what it has done loses nothing of it. A file that cannot be read
 * is an error and never passed over: what is to be left alone must not be touched for a slip of somebody's editor.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../files/errno.ts';
import { writeFileAtomic } from '../files/atomic-file.ts';
import { isMissing } from '../files/is-missing.ts';
import { makeFolder } from '../files/make-folder.ts';
import { type Address, isAddress } from '../model/address.ts';
import { TrueupError } from '../model/failure.ts';
import { compareText } from '../model/json.ts';
import type { Freeze } from '../model/served.ts';
import { assertWritable, type StateFolder } from './folder.ts';
import { objectOf, text, textThat } from './shape.ts';
import { parseStored } from './stored-json.ts';
import { unreadable, unwritable } from './system-error.ts';

const FORMAT_VERSION = '1.0';

const moment = textThat((value) => !Number.isNaN(Date.parse(value)), 'a time');

const FREEZE_SHAPE = objectOf({
  address: textThat(isAddress, 'an address'),
  since: moment,
  until: moment,
  reason: text,
  by: text,
});

const DAMAGED = 'Freeze it anew with `trueup freeze`, or delete the file: then it is frozen no more.';

/** The folder whose content says what of an environment is frozen; it need not be there. */
function freezesFolder(folder: StateFolder, environment: string): string {
  return join(folder.path, 'freezes', encodeURIComponent(environment));
}

/** The environments of which something is, or was, frozen; sorted. */
export async function frozenEnvironments(folder: StateFolder): Promise<readonly string[]> {
  const names = await namesIn(join(folder.path, 'freezes'));
  return names.flatMap((name) => decoded(name) ?? []).sort(compareText);
}

/** All that were not ended, those whose time has passed among them; sorted by address. */
export async function readFreezes(folder: StateFolder, environment: string): Promise<readonly Freeze[]> {
  const path = freezesFolder(folder, environment);
  if (isMissing(path)) return [];
  const names = (await namesIn(path)).filter((name) => name.endsWith('.json'));
  const found = await Promise.all(names.map((name) => readFreeze(join(path, name))));
  return found.filter((freeze) => freeze !== null).sort((left, right) => compareText(left.address, right.address));
}

/** Takes the place of an earlier one of the same address. */
export async function writeFreeze(folder: StateFolder, environment: string, freeze: Freeze): Promise<void> {
  const path = freezePath(folder, environment, freeze.address);
  const { address, since, until, reason, by } = freeze;
  const file = { format_version: FORMAT_VERSION, address, since, until, reason, by };
  await assertWritable(folder);
  try {
    await makeFolder(freezesFolder(folder, environment));
    await writeFileAtomic(path, `${JSON.stringify(file, null, 1)}\n`);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Whether there was one. */
export async function removeFreeze(folder: StateFolder, environment: string, address: Address): Promise<boolean> {
  const path = freezePath(folder, environment, address);
  try {
    await rm(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return false;
    throw unwritable(path, error);
  }
}

function freezePath(folder: StateFolder, environment: string, address: Address): string {
  return join(freezesFolder(folder, environment), `${encodeURIComponent(address)}.json`);
}

function decoded(name: string): string | null {
  try {
    return decodeURIComponent(name);
  } catch {
    return null;
  }
}

async function namesIn(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw unreadable(path, error instanceof Error ? error.message : String(error), DAMAGED, error);
  }
}

/** `null` where it was ended a moment ago. */
async function readFreeze(path: string): Promise<Freeze | null> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw unreadable(path, error instanceof Error ? error.message : String(error), DAMAGED, error);
  }
  const stored = parseStored<Freeze>(content, FORMAT_VERSION, FREEZE_SHAPE);
  if (stored.status === 'damaged') throw unreadable(path, stored.reason, DAMAGED);
  if (stored.status === 'too_new') {
    throw new TrueupError('state_too_new', `${path} was written by a newer trueup (format ${stored.found})`, {
      fields: { path, format_version: stored.found, supported: FORMAT_VERSION },
      next: 'Update trueup.',
    });
  }
  const { address, since, until, reason, by } = stored.value;
  return { address, since, until, reason, by };
}
