/**
 * Putting the data of volumes back from snapshots: which snapshots are meant, whether they are whole, and who has to let go
 * meanwhile. What is found here is carried out by an ordinary plan and run.
 */
import { type Address, addressOf } from '../model/address.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { TrueupError } from '../model/failure.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { listSnapshots, verifySnapshot } from '../state/backups.ts';
import type { PlanOptions } from './planning.ts';
import type { Workspace } from './workspace.ts';

export interface Restoration {
  /** One for each volume, by address. */
  readonly snapshots: ReadonlyMap<Address, Snapshot>;
  /** Volumes of which there are snapshots, and which nothing declares any more. */
  readonly undeclared: readonly string[];
  /** What a plan has to ask for: only that data, and those who use it, as they are. */
  readonly options: Pick<PlanOptions, 'fields' | 'targets' | 'restored'>;
}

/** Of each volume the newest snapshot; with a run, what that run took. Nothing is touched: a damaged one is refused. */
export async function chooseSnapshots(
  { state }: Workspace,
  environment: DesiredEnvironment,
  run: string | null,
  signal: AbortSignal,
): Promise<Restoration> {
  const all = await listSnapshots(state, environment.name);
  const wanted = all.filter((snapshot) => run === null || snapshot.run.startsWith(run.toUpperCase()));
  if (wanted.length === 0) throw notFound(environment.name, run, all);
  const runs = [...new Set(wanted.map((snapshot) => snapshot.run))];
  if (run !== null && runs.length > 1) throw ambiguous(run, runs);
  const snapshots = new Map<Address, Snapshot>();
  const undeclared = new Set<string>();
  // Oldest first: the last one of each volume stays.
  for (const snapshot of wanted) {
    const address = addressOf('volume', snapshot.volume);
    const resource = environment.resources.get(address);
    if (resource === undefined || resource.external) undeclared.add(snapshot.volume);
    // Of what went by its key on another engine only where there is none of its own.
    else if (snapshot.engine === resource.engine || snapshots.get(address)?.engine !== resource.engine) {
      snapshots.set(address, snapshot);
    }
  }
  if (snapshots.size === 0) throw nothingDeclared(environment.name, [...undeclared]);
  for (const snapshot of snapshots.values()) await verifySnapshot(state, snapshot, signal);
  const users = [...environment.resources.values()].filter(({ uses }) => uses.some((used) => snapshots.has(used)));
  return {
    snapshots,
    undeclared: [...undeclared],
    options: {
      fields: 'run_state',
      targets: new Set([...snapshots.keys(), ...users.map(({ address }) => address)]),
      restored: new Map([...snapshots].map(([address, { id }]) => [address, id])),
    },
  };
}

function ambiguous(run: string, runs: readonly string[]): TrueupError {
  return new TrueupError('usage', `${runs.length} runs that took snapshots begin with ${run}: ${runs.join(', ')}`, {
    next: 'write more of the one that you mean',
  });
}

function notFound(environment: string, run: string | null, all: readonly Snapshot[]): TrueupError {
  const runs = [...new Set(all.map((snapshot) => snapshot.run))];
  const message =
    run === null ? `${environment} has no snapshot of any volume` : `run ${run} took no snapshot in ${environment}`;
  const next =
    runs.length === 0
      ? 'with `backup_enabled: true` in the metadata of a volume one is taken before each step that could harm its data'
      : `\`trueup rollback ${environment} --volumes --list\` shows what there is`;
  return new TrueupError('backup_not_found', message, { fields: { environment, run, runs }, next });
}

function nothingDeclared(environment: string, volumes: readonly string[]): TrueupError {
  return new TrueupError('backup_not_found', `${environment} declares none of ${volumes.join(', ')} any more`, {
    fields: { environment, volumes },
    next: 'declare the volume again and apply, so that there is something to put the data back into',
  });
}
