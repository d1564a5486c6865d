/**
 * Releases the locks of dead holders. A socket of a living process is never removed: the process would go on. A claim on an
 * engine is removed where its holder is dead, and by force also where it lives: that holder stops at its next sign of life.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClaimStore } from '../model/claim.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import type { LockReport, LockRow } from '../report/locks.ts';
import { lockFolder } from '../state/locks/lock-folder.ts';
import type { LockHolder } from '../state/locks/lock-holder.ts';
import { lockPlace } from '../state/locks/lock-place.ts';
import { removeClaim } from '../state/locks/lock-remote-attempt.ts';
import { type LocalSight, localSights, type RemoteSight, remoteSights } from '../state/locks/lock-sights.ts';
import { verdictOn } from '../state/locks/lock-verdict.ts';
import { lockRow, silence } from './lock-listing.ts';
import { type LockPlace, lockPlaces, unlessDown } from './lock-places.ts';
import type { Workspace } from './workspace.ts';

export interface ReleaseOptions {
  readonly force: boolean;
  /** Told of a holder that must be watched for a while, before it is known whether it lives. */
  readonly onWatch: (holder: LockHolder, leaseMs: number) => void;
  readonly signal: AbortSignal;
}

export async function releaseLocks(
  workspace: Workspace,
  environments: readonly DesiredEnvironment[],
  options: ReleaseOptions,
): Promise<LockReport> {
  const folder = await lockFolder();
  const locks: LockRow[] = [];
  const unreachable: { readonly engine: string; readonly error: string }[] = [];
  for (const place of await lockPlaces(workspace, environments)) {
    const { signal } = options;
    const remote = await unlessDown(place, unreachable, () =>
      place.withClaims('change', async (store) => {
        const sights = await remoteSights(store, place.project, signal);
        // After the claims: who of this machine made one of them, and lives, is among these.
        const isHeldHere = (await localSights(folder, place.key, signal)).some(({ dead }) => !dead);
        const here = isHeldHere || sights.length === 0 ? null : await lockPlace(folder, place.key);
        return Promise.all(sights.map((sight) => releaseClaim(place, store, sight, { ...options, here })));
      }),
    );
    const local = await localSights(folder, place.key, signal);
    locks.push(...(await Promise.all(local.map((sight) => releaseSocket(place, folder, sight)))), ...(remote ?? []));
  }
  return { locks, unreachable };
}

async function releaseSocket(place: LockPlace, folder: string, { file, holder, dead }: LocalSight): Promise<LockRow> {
  const row = lockRow(place, holder);
  if (dead) {
    await rm(join(folder, file), { force: true });
    return { ...row, released: true, note: 'its process is gone; the lock was free already' };
  }
  const end = `\`kill ${holder.pid}\` ends it and frees the lock`;
  const note = holder.answers
    ? `it lives; ${end}`
    : `it is stopped or very busy; \`kill -CONT ${holder.pid}\` lets a stopped one go on, \`kill -9 ${holder.pid}\` ends it and frees the lock`;
  return { ...row, note };
}

async function releaseClaim(
  place: LockPlace,
  store: ClaimStore,
  { claim, holder, silentMs }: RemoteSight,
  { force, onWatch, signal, here }: ReleaseOptions & { readonly here: string | null },
): Promise<LockRow> {
  const row = { ...lockRow(place, holder), ...silence(silentMs) };
  const isOfHere = claim.place !== null && claim.place === here;
  if (!force && !isOfHere) onWatch(holder, claim.leaseMs);
  const verdict = isOfHere ? 'dead' : force ? 'forced' : await verdictOn(store, claim, signal);
  if (verdict === 'gone') return { ...row, released: true, note: 'its holder released it meanwhile' };
  if (verdict === 'alive')
    return { ...row, answers: true, note: 'it lives; --force takes the lock from it all the same' };
  await removeClaim(store, claim, signal);
  if (verdict === 'dead') return { ...row, answers: false, released: true, note: 'its process is dead' };
  const who = holder.answers ? 'it may still live, and stops' : 'if it still lives it stops';
  return { ...row, released: true, note: `${who} within ${Math.ceil(claim.leaseMs / 3000)}s` };
}
