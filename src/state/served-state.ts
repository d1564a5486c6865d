/**
 * What the long-lived side remembers of an environment across restarts, one file each. It is never needed: without it only
 * memory is lost. So nothing waits for it, it is written whole and seldom, and trouble with it stops nobody.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf } from '../files/errno.ts';
import { makeFolder } from '../files/make-folder.ts';
import { removeLeftoversHourly, writeFileAtomic } from '../files/atomic-file.ts';
import { isAddress } from '../model/address.ts';
import { TrueupError } from '../model/failure.ts';
import { NOTHING_REMEMBERED, type ServedMemory } from '../model/served-memory.ts';
import type { EnvironmentState } from '../model/served.ts';
import { assertWritable, type StateFolder } from './folder.ts';
import { moveAside } from './move-aside.ts';
import { count, flag, listOf, mapOf, nullable, objectOf, oneOf, text, textThat } from './shape.ts';
import { parseStored } from './stored-json.ts';
import { unreadable, unwritable } from './system-error.ts';

const SERVED_FORMAT_VERSION = '1.0';

const STATES: Readonly<Record<EnvironmentState, true>> = {
  uninitialized: true,
  provisioning: true,
  healthy: true,
  degraded: true,
  failed: true,
  stopped: true,
  terminated: true,
};

const state = oneOf(Object.keys(STATES));

const moment = textThat((value) => !Number.isNaN(Date.parse(value)), 'a moment');

const SERVED_SHAPE = objectOf({
  state: nullable(state),
  since: nullable(moment),
  transitions: listOf(objectOf({ at: moment, from: state, to: state, reason: text, passing: flag })),
  conditions: listOf(objectOf({ type: text, status: oneOf(['True', 'False', 'Unknown']), since: moment })),
  heals: mapOf(
    textThat(isAddress, 'an address'),
    objectOf({ heals: listOf(count), pauses: count, pause_ms: count, healthy_since: nullable(count) }),
  ),
  heard: mapOf(text, moment),
});

/** The memory of one environment. Changes hold at once and reach the disk within seconds; disposing of it writes the rest. */
export interface ServedMemoryStore extends AsyncDisposable {
  get(): ServedMemory;
  set(memory: ServedMemory): void;
  /** Writes what is not written yet; never rejects. */
  flush(): Promise<void>;
}

export interface ServedMemoryOptions {
  /** Takes known secrets out of a text: why a state was entered may quote a health check. */
  mask(text: string): string;
  /** Told once, until it works again. */
  onTrouble(problem: TrueupError): void;
}

/**
 * Opens it for changing; never rejects. What cannot be read is moved aside, and what a newer trueup wrote stays as it is:
 * then nothing is written, and what is new lives as long as the process.
 */
export async function openServedMemory(
  folder: StateFolder,
  environment: string,
  { mask, onTrouble }: ServedMemoryOptions,
): Promise<ServedMemoryStore> {
  const path = servedPath(folder, environment);
  const { memory, problem } = await readServedFile(path);
  if (problem !== null) onTrouble(problem);
  try {
    if (problem?.code === 'state_unreadable') await moveAside(path);
    await removeLeftoversHourly(dirname(path)).catch(() => undefined);
  } catch (error) {
    if (error instanceof TrueupError) onTrouble(error);
  }
  const isOurs = problem?.code !== 'state_too_new';
  const save = isOurs ? (text: string) => write(folder, path, text) : () => Promise.resolve();
  return servedMemoryStore(memory, { contentOf: (next) => contentOf(next, mask), save, onTrouble });
}

/** So seldom does a busy environment cost a write. */
const LONGEST_UNWRITTEN_MS = 5000;

interface Saving {
  contentOf(memory: ServedMemory): string;
  save(content: string): Promise<void>;
  onTrouble(problem: TrueupError): void;
}

function servedMemoryStore(initial: ServedMemory, { contentOf, save, onTrouble }: Saving): ServedMemoryStore {
  let memory = initial;
  let written = contentOf(initial);
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  let isTroubled = false;

  async function writeNow(): Promise<void> {
    const content = contentOf(memory);
    if (content === written) return;
    try {
      await save(content);
      written = content;
      isTroubled = false;
    } catch (error) {
      if (!isTroubled && error instanceof TrueupError) onTrouble(error);
      isTroubled = true;
    }
  }

  function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    // One after the other: the newest is never overwritten by what came before it.
    writing = writing.then(writeNow);
    return writing;
  }

  return {
    get: () => memory,
    set(next) {
      memory = next;
      timer ??= setTimeout(() => void flush(), LONGEST_UNWRITTEN_MS).unref();
    },
    flush,
    [Symbol.asyncDispose]: flush,
  };
}

function contentOf(memory: ServedMemory, mask: (text: string) => string): string {
  const { state, since, conditions, heals, heard } = memory;
  const transitions = memory.transitions.map((arrow) => ({ ...arrow, reason: mask(arrow.reason) }));
  const file = { format_version: SERVED_FORMAT_VERSION, state, since, transitions, conditions, heals, heard };
  return `${JSON.stringify(file, null, 1)}\n`;
}

async function write(folder: StateFolder, path: string, content: string): Promise<void> {
  try {
    await writeFileAtomic(path, content).catch(async (error: unknown) => {
      if (errnoOf(error) !== 'ENOENT') throw error;
      await assertWritable(folder);
      await makeFolder(dirname(path));
      await writeFileAtomic(path, content);
    });
  } catch (error) {
    throw error instanceof TrueupError ? error : unwritable(path, error);
  }
}

interface ServedReading {
  readonly memory: ServedMemory;
  readonly problem: TrueupError | null;
}

async function readServedFile(path: string): Promise<ServedReading> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return { memory: NOTHING_REMEMBERED, problem: null };
    return nothing(unreadable(path, error instanceof Error ? error.message : String(error), DAMAGED, error));
  }
  const stored = parseStored<ServedMemory>(content, SERVED_FORMAT_VERSION, SERVED_SHAPE);
  if (stored.status === 'damaged') return nothing(unreadable(path, stored.reason, DAMAGED));
  if (stored.status === 'too_new') return nothing(tooNew(path, stored.found));
  const { state, since, transitions, conditions, heals, heard } = stored.value;
  return { memory: { state, since, transitions, conditions, heals, heard }, problem: null };
}

const DAMAGED =
  'It is moved aside, and what is remembered begins anew: nothing but memory of states, heals and events is lost.';

function nothing(problem: TrueupError): ServedReading {
  return { memory: NOTHING_REMEMBERED, problem };
}

function tooNew(path: string, found: string): TrueupError {
  return new TrueupError('state_too_new', `${path} was written by a newer trueup (format ${found})`, {
    fields: { path, format_version: found, supported: SERVED_FORMAT_VERSION },
    next: 'Update trueup. Or delete the file: then only memory of states, heals and events is lost.',
  });
}

function servedPath(folder: StateFolder, environment: string): string {
  return join(folder.path, 'served', `${encodeURIComponent(environment)}.json`);
}
