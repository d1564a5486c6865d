/** Snapshots of a machine, as a person asks for them. The caller holds the lock of the project where something is changed. */
import { randomUUID } from 'node:crypto';
import type { StepContext } from '../../drivers/step-context.ts';
import type { VmActions, VmSights, VmSnapshots } from '../../drivers/vm-faces.ts';
import { TrueupError } from '../../model/failure.ts';
import { memberAt } from '../../model/json.ts';
import type { VmSnapshot } from '../../model/vm-snapshot.ts';
import { noSnapshots, takeSystemSnapshot } from '../../reconcile/vm-snapshots.ts';
import { presentMachine, type ReachedMachine } from './reach.ts';

export async function snapshotsOf(machine: ReachedMachine, signal: AbortSignal): Promise<VmSnapshots> {
  return sightsOf(machine).snapshots(machine.object, signal);
}

export interface NewSnapshot {
  readonly label: string | null;
  readonly description: string | null;
}

export async function takeSnapshot(
  machine: ReachedMachine,
  { label, description }: NewSnapshot,
  step: StepContext,
): Promise<VmSnapshot> {
  presentMachine(machine);
  const at = new Date().toISOString();
  const { takeSnapshot: take } = await actionsOf(machine);
  step.progress(`taking a snapshot of ${machine.resource.address}`);
  const request = { id: randomUUID(), label: label ?? at, description, trigger: 'manual', at } as const;
  return take(machine.object, request, step);
}

/** By the beginning of its id, or by its label, where only one has it. */
export function snapshotNamed(word: string, { ours, foreign }: VmSnapshots, address: string): VmSnapshot {
  const exact = ours.filter(({ id, label }) => id === word || label === word);
  const found = exact.length > 0 ? exact : ours.filter(({ id }) => word.length >= SHORTEST && id.startsWith(word));
  const [first, ...more] = found;
  const fields = { address, snapshot: word };
  if (first === undefined) {
    const isForeign = foreign.includes(word);
    throw new TrueupError(
      'snapshot_not_found',
      isForeign ? `the snapshot ${word} of ${address} is not trueup's` : `${address} has no snapshot "${word}"`,
      {
        fields,
        next: isForeign
          ? 'whoever took it restores or deletes it, with the tools of the engine'
          : `\`trueup snapshot list ${address}\` shows what there is`,
      },
    );
  }
  if (more.length === 0) return first;
  throw new TrueupError('usage', `${found.length} snapshots of ${address} are called "${word}"`, {
    fields,
    next: `name one by its id: ${found.map(({ id }) => id).join(', ')}`,
  });
}

/** An id of a few letters is enough, one letter is a slip. */
const SHORTEST = 4;

export interface Restored {
  /** What the machine was until now; `null` where nobody wanted it. */
  readonly before: VmSnapshot | null;
}

/** What it is now gets a snapshot of its own before, unless it is to be lost. */
export async function restoreSnapshot(
  machine: ReachedMachine,
  snapshot: VmSnapshot,
  keepsNow: boolean,
  step: StepContext,
): Promise<Restored> {
  presentMachine(machine);
  const { restoreSnapshot: restore } = await actionsOf(machine);
  const { object, observer, resource } = machine;
  const before = keepsNow
    ? await takeSystemSnapshot(
        {
          address: resource.address,
          object,
          label: `before restoring ${snapshot.label}`,
          description: null,
          keep: keepOf(machine),
          spared: snapshot.id,
          at: new Date().toISOString(),
        },
        { observer, actuator: await machine.actuator(), step },
      )
    : null;
  step.progress(`restoring ${resource.address}`);
  await restore(object, snapshot.id, step);
  return { before };
}

export async function deleteSnapshot(machine: ReachedMachine, snapshot: VmSnapshot, step: StepContext): Promise<void> {
  const { deleteSnapshot: remove } = await actionsOf(machine);
  await remove(machine.object, snapshot.id, step);
}

function keepOf({ resource }: ReachedMachine): number {
  const keep = memberAt(resource.config, 'snapshots', 'keep');
  return typeof keep === 'number' && keep >= 1 ? keep : DEFAULT_KEPT;
}

const DEFAULT_KEPT = 3;

function sightsOf({ observer, resource }: ReachedMachine): Required<Pick<VmSights, 'snapshots'>> {
  const snapshots = observer.machines?.snapshots;
  if (snapshots === undefined) throw noSnapshots(resource.address);
  return { snapshots };
}

type SnapshotActions = Required<Pick<VmActions, 'takeSnapshot' | 'restoreSnapshot' | 'deleteSnapshot'>>;

async function actionsOf(machine: ReachedMachine): Promise<SnapshotActions> {
  const {
    takeSnapshot: take,
    restoreSnapshot: restore,
    deleteSnapshot: remove,
  } = (await machine.actuator()).machines ?? {};
  if (take === undefined || restore === undefined || remove === undefined) throw noSnapshots(machine.resource.address);
  return { takeSnapshot: take, restoreSnapshot: restore, deleteSnapshot: remove };
}
