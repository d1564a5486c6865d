/**
 * What git hooks led to, in the state folder: a log for people, which never grows beyond its limit, and the last result for
 * `trueup hook status`. Neither is needed for anything else.
 */
import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PRIVATE_FILE, writeFileAtomic } from '../files/atomic-file.ts';
import { errnoOf } from '../files/errno.ts';
import type { StateFolder } from './folder.ts';
import { count, flag, listOf, nullable, objectOf, oneOf, text } from './shape.ts';
import { parseStored } from './stored-json.ts';
import { unwritable } from './system-error.ts';

const HOOK_LOG_LIMIT = 256 * 1024;

const FORMAT_VERSION = '1.0';

const OUTCOMES = ['done', 'planned', 'failed', 'cancelled'] as const;

export type HookOutcome = (typeof OUTCOMES)[number];

export interface HookResult {
  /** ISO 8601. */
  readonly at: string;
  readonly hook: string;
  readonly commit: string | null;
  readonly plan_only: boolean;
  readonly duration_ms: number;
  /** What kept anything from being looked at; `null` where nothing did. */
  readonly error: string | null;
  /** The process that serves the repo and follows the commit itself, such as `trueup serve, pid 4711`; `null` where none does. */
  readonly handed_to: string | null;
  /** Those that the commit is about. */
  readonly environments: readonly { readonly name: string; readonly outcome: HookOutcome; readonly summary: string }[];
}

const SHAPE = objectOf({
  at: text,
  hook: text,
  commit: nullable(text),
  plan_only: flag,
  duration_ms: count,
  error: nullable(text),
  handed_to: nullable(text),
  environments: listOf(objectOf({ name: text, outcome: oneOf(OUTCOMES), summary: text })),
});

export function hookLogPath(state: StateFolder): string {
  return join(state.path, 'hook.log');
}

function resultPath(state: StateFolder): string {
  return join(state.path, 'hook.json');
}

/** `lines` are without secrets. The folder is there. */
export async function writeHookResult(state: StateFolder, result: HookResult, lines: readonly string[]): Promise<void> {
  const log = hookLogPath(state);
  try {
    await appendBounded(log, `${lines.join('\n')}\n`);
    await writeFileAtomic(resultPath(state), `${JSON.stringify({ format_version: FORMAT_VERSION, ...result })}\n`);
  } catch (error) {
    throw unwritable(log, error);
  }
}

/** `null` where there is none, and where nobody can read it: it is there for information alone. */
export async function readHookResult(state: StateFolder): Promise<HookResult | null> {
  const content = await readFile(resultPath(state), 'utf8').catch(() => null);
  if (content === null) return null;
  const stored = parseStored<HookResult>(content, FORMAT_VERSION, SHAPE);
  return stored.status === 'read' ? stored.value : null;
}

/** What does not fit any more goes from the front, half of it at a time. */
async function appendBounded(path: string, text: string): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    (error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return 0;
      throw error;
    },
  );
  if (size + Buffer.byteLength(text) <= HOOK_LOG_LIMIT) {
    await appendFile(path, text, { mode: PRIVATE_FILE });
    return;
  }
  const all = (await readFile(path, 'utf8').catch(() => '')) + text;
  const kept = Buffer.from(all)
    .subarray(-HOOK_LOG_LIMIT / 2)
    .toString('utf8');
  await writeFileAtomic(path, kept.slice(kept.indexOf('\n') + 1));
}
