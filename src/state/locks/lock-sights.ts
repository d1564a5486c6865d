/** Who holds a lock now, on this machine and on the engine, for those who only look. Nothing is taken or removed. */
import { readdir } from 'node:fs/promises';
import type { ClaimStore } from '../../model/claim.ts';
import { compareText } from '../../model/json.ts';
import { askClaim } from './lock-answer.ts';
import { CLAIM_SUFFIX } from './lock-claim.ts';
import { holderOf, type LockHolder, remoteHolderOf } from './lock-holder.ts';
import { claimsAmong, type RemoteClaim, remoteKey } from './lock-remote-claims.ts';

export interface LocalSight {
  readonly file: string;
  readonly holder: LockHolder;
  /** Whether its process is gone, so that it holds nothing. */
  readonly dead: boolean;
}

/** The sockets of one lock; `key` is its name on this machine. */
export async function localSights(folder: string, key: string, signal: AbortSignal): Promise<readonly LocalSight[]> {
  const files = (await readdir(folder)).filter((file) => file.startsWith(`${key}.`) && file.endsWith(CLAIM_SUFFIX));
  const sights = await Promise.all(
    files.sort(compareText).map(async (file): Promise<LocalSight | null> => {
      const answer = await askClaim(folder, file, signal);
      if (answer.status === 'gone') return null;
      if (answer.status === 'dead') {
        return { file, holder: holderOf(file, { introduction: null, status: 'silent' }), dead: true };
      }
      answer.close();
      return { file, holder: holderOf(file, answer), dead: false };
    }),
  );
  return sights.filter((sight) => sight !== null);
}

export interface RemoteSight {
  readonly claim: RemoteClaim;
  readonly holder: LockHolder;
  /** Milliseconds since its last sign of life, by the clock of the engine; `null` where that does not say. */
  readonly silentMs: number | null;
}

/** The claims on one project that lie on an engine. */
export async function remoteSights(
  store: ClaimStore,
  project: string,
  signal: AbortSignal,
): Promise<readonly RemoteSight[]> {
  const claims = claimsAmong(await store.list(signal), remoteKey(project));
  const now = claims.length === 0 ? null : await store.now(signal);
  return claims.map((claim) => {
    const silentMs = now === null || claim.putAt === null ? null : Math.max(0, now - claim.putAt);
    const answers = silentMs === null || silentMs <= claim.leaseMs;
    return { claim, holder: remoteHolderOf(claim, answers), silentMs };
  });
}
