/**
 * One attempt to take a lock:
 *
 * 1. It looks for claims of others, and leaves it at that when one is alive.
 * 2. It opens a claim, a socket under a name of its own.
 * 3. Only then it looks again, and asks each claim. It holds the lock once a whole look finds none alive.
 *
 * Of two claims the later one must see the earlier one, so two never hold at once. Of several claims opened at once the
 * first by name stays and the others withdraw; as no new ones come while it is there, it gets through. A claim whose
 * connection is refused belongs to a dead process and is removed; names are never used twice, so that hits nobody else.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { askClaim, type LiveAnswer } from './lock-answer.ts';
import { CLAIM_SUFFIX, type Claim, type Introduction, openClaim } from './lock-claim.ts';
import { pause } from '../pause.ts';

/** A claim of somebody else that is alive. */
export interface Other {
  readonly file: string;
  readonly answer: LiveAnswer;
}

/** What an attempt led to. */
export type Outcome =
  | { readonly status: 'mine'; readonly claim: Claim }
  /** Held by another. The caller closes the answer. */
  | ({ readonly status: 'taken' } & Other)
  /** Several claimed at once, and another one goes first. */
  | 'again';

/** Makes one attempt. */
export async function attemptLock(
  folder: string,
  key: string,
  introduction: Introduction,
  signal: AbortSignal,
): Promise<Outcome> {
  const before = await othersAlive(folder, key, null, signal);
  const taken = holderAmong(before);
  if (taken !== null) return { status: 'taken', ...taken };
  if (before.length > 0) return again(signal);
  const claim = await openClaim(folder, key, introduction);
  let mine = false;
  try {
    for (;;) {
      const others = await othersAlive(folder, key, claim.file, signal);
      const holder = holderAmong(others);
      if (holder !== null) return { status: 'taken', ...holder };
      if (others.length === 0) {
        mine = true;
        claim.hold();
        return { status: 'mine', claim };
      }
      if (others.some((other) => other.file < claim.file)) {
        await claim.release();
        return await again(signal);
      }
      await pause(2, signal);
    }
  } finally {
    if (!mine) await claim.release();
  }
}

/** Gives the one that goes first the few milliseconds that it needs. */
async function again(signal: AbortSignal): Promise<Outcome> {
  await pause(5 + Math.random() * 10, signal);
  return 'again';
}

/** Asks every claim but our own, and removes the dead ones. */
async function othersAlive(
  folder: string,
  key: string,
  own: string | null,
  signal: AbortSignal,
): Promise<readonly Other[]> {
  const files = (await readdir(folder)).filter(
    (file) => file.startsWith(`${key}.`) && file.endsWith(CLAIM_SUFFIX) && file !== own,
  );
  const asked = await Promise.allSettled(
    files.map(async (file): Promise<Other | null> => {
      const answer = await askClaim(folder, file, signal);
      if (answer.status === 'dead') await rm(join(folder, file), { force: true });
      return answer.status === 'dead' || answer.status === 'gone' ? null : { file, answer };
    }),
  );
  const alive = asked.flatMap((result) =>
    result.status === 'fulfilled' && result.value !== null ? [result.value] : [],
  );
  const failed = asked.find((result) => result.status === 'rejected');
  if (failed === undefined) return alive;
  for (const other of alive) other.answer.close();
  throw failed.reason;
}

/** The one that holds, or keeps silent. The connections to all others are closed. */
function holderAmong(others: readonly Other[]): Other | null {
  const holder = others.find(({ answer }) => answer.status !== 'claiming') ?? null;
  for (const other of others) if (other !== holder) other.answer.close();
  return holder;
}
