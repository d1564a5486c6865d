/** Who holds the locks of environments now. Only looks. */
import type { DesiredEnvironment } from '../model/desired.ts';
import type { LockReport, LockRow } from '../report/locks.ts';
import { lockFolder } from '../state/locks/lock-folder.ts';
import type { LockHolder } from '../state/locks/lock-holder.ts';
import { localSights, remoteSights } from '../state/locks/lock-sights.ts';
import { lockPlaces, type LockPlace, unlessDown } from './lock-places.ts';
import type { Workspace } from './workspace.ts';

export async function listLocks(
  workspace: Workspace,
  environments: readonly DesiredEnvironment[],
  signal: AbortSignal,
): Promise<LockReport> {
  const folder = await lockFolder();
  const locks: LockRow[] = [];
  const unreachable: { readonly engine: string; readonly error: string }[] = [];
  for (const place of await lockPlaces(workspace, environments)) {
    for (const { holder, dead } of await localSights(folder, place.key, signal)) {
      if (!dead) locks.push(lockRow(place, holder));
    }
    const sights = await unlessDown(place, unreachable, () =>
      place.withClaims('read', (store) => remoteSights(store, place.project, signal)),
    );
    for (const { holder, silentMs } of sights ?? []) locks.push({ ...lockRow(place, holder), ...silence(silentMs) });
  }
  return { locks, unreachable };
}

/** A lock as it is held. */
export function lockRow({ project, engine }: LockPlace, holder: LockHolder): LockRow {
  const { pid, host, environment, user, command, since, cwd, answers, remote } = holder;
  return {
    project,
    environment: environment ?? null,
    engine,
    where: remote ? 'remote' : 'local',
    pid,
    host,
    user: user ?? null,
    command: command ?? null,
    since: since ?? null,
    cwd: cwd ?? null,
    answers,
    silent_seconds: null,
    released: false,
    note: null,
  };
}

export function silence(silentMs: number | null): Pick<LockRow, 'silent_seconds'> {
  return { silent_seconds: silentMs === null ? null : Math.round(silentMs / 1000) };
}
