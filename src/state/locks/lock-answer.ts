/** Asks the claims of others: who they are, whether they hold the lock, and when they end. */
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Introduction } from './lock-claim.ts';
import { count, objectOf, oneOf, text } from '../shape.ts';
import { parseJson } from '../stored-json.ts';
import { errnoOf } from '../../files/errno.ts';

/** How long a claim may take to answer before it counts as held by somebody who does not answer. */
const PATIENCE_MS = 1500;

/** Patience is counted in so many parts: time in which this process stood still itself is no silence of another. */
const PARTS = 15;

/** How often a connection that ends without an answer is tried again before its claim counts as silent. */
const ATTEMPTS = 3;

export type Answer =
  /** Nobody listens behind the name: its process died. */
  | { readonly status: 'dead' }
  /** The name went away meanwhile. */
  | { readonly status: 'gone' }
  | LiveAnswer;

export interface LiveAnswer {
  /** `silent`: alive, and stopped or very busy. */
  readonly status: 'claiming' | 'holding' | 'silent';
  readonly introduction: Introduction | null;
  /** Resolves when the claim was released, its process ended, or it is worth asking again. */
  ended(): Promise<void>;
  /** Ends the connection. Idempotent. */
  close(): void;
}

/** Asks one claim. The caller closes a live answer. */
export async function askClaim(folder: string, file: string, signal: AbortSignal): Promise<Answer> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const answer = await ask(join(folder, file), signal);
    if (answer !== 'cut_off') return answer;
    // Its process is about to end, or has no file descriptor left to answer with.
    await delay(attempt * 10);
  }
  return OUT_OF_REACH;
}

/** Alive, but without a connection that would tell of its end. */
const OUT_OF_REACH: LiveAnswer = {
  status: 'silent',
  introduction: null,
  ended: () => delay(PATIENCE_MS),
  close: () => undefined,
};

async function ask(path: string, signal: AbortSignal): Promise<Answer | 'cut_off'> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer | 'cut_off'>();
  const end = Promise.withResolvers<void>();
  const socket = createConnection({ path, signal });
  const live = { introduction: null, ended: () => end.promise, close: () => void socket.destroy() };
  let left = PARTS;
  const patience = setInterval(() => {
    left -= 1;
    if (left === 0) resolve({ ...live, status: 'silent' });
  }, PATIENCE_MS / PARTS);
  let received = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    received += chunk;
    const length = received.indexOf('\n');
    if (length !== -1) resolve({ ...live, ...understood(received.slice(0, length)) });
  });
  socket.on('error', (error) => {
    const answer = meaningOf(error);
    if (answer === null) reject(error);
    else resolve(answer);
  });
  socket.on('close', () => {
    resolve('cut_off');
    end.resolve();
  });
  try {
    return await promise;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    clearInterval(patience);
  }
}

/** `null` for errors that say nothing about the claim. */
function meaningOf(error: Error): Answer | 'cut_off' | null {
  const errno = errnoOf(error);
  if (errno === 'ECONNREFUSED') return { status: 'dead' };
  if (errno === 'ENOENT') return { status: 'gone' };
  if (errno === 'ECONNRESET' || errno === 'EPIPE') return 'cut_off';
  // The queue of connections is full: nobody has accepted for long.
  return errno === 'EAGAIN' ? OUT_OF_REACH : null;
}

const ANSWER_SHAPE = objectOf({
  pid: count,
  user: text,
  command: text,
  environment: text,
  since: text,
  cwd: text,
  state: oneOf(['claiming', 'holding']),
});

/** What cannot be understood comes from another version of trueup, and it holds the lock. */
function understood(line: string): Pick<LiveAnswer, 'status' | 'introduction'> {
  const stored = parseJson<Introduction & { readonly state: 'claiming' | 'holding' }>(line, ANSWER_SHAPE);
  if (stored.status !== 'read') return { status: 'holding', introduction: null };
  const { state, ...introduction } = stored.value;
  return { status: state, introduction };
}
