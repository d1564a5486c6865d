/**
 * Snapshots of VMs as steps, where `snapshots: before_change` asks for them: before a machine is restarted or made anew with
 * something else than before, and before a disk of it grows. They come before all that the plan does to the machine, so they hold
 * it as it runs. They are kept in its disks: of a disk that is to go there is none. Pure; knows no engine.
 */
import type { LocatedObject, World } from '../../diff/world.ts';
import { type Address, typeOf } from '../../model/address.ts';
import type { Change } from '../../model/change.ts';
import type { DesiredResource } from '../../model/desired.ts';
import { fieldPath, RUN_STATE_PATH } from '../../model/field-path.ts';
import { memberAt } from '../../model/json.ts';
import type { Recorded } from '../../model/observed.ts';
import type { StepPhase } from '../../model/plan.ts';
import { SNAPSHOT } from './own-verbs.ts';
import { usesOf } from './relations.ts';
import type { StepGraph } from './step-graph.ts';

export interface VmSnapshotInput {
  readonly world: World;
  readonly declared: ReadonlyMap<Address, DesiredResource>;
  readonly recorded: Recorded;
}

const TOUCHING: readonly StepPhase[] = ['prepare', 'stop', 'alter', 'start', 'settle', 'remove'];

export function addVmSnapshots(graph: StepGraph, changes: readonly Change[], input: VmSnapshotInput): void {
  for (const { address, engine, object } of input.world.ours()) {
    if (object.type !== 'vm') continue;
    const keep = keepOf(address, input);
    const disks = usesOf(object.configured).filter((used) => typeOf(used) === 'volume');
    const risky = changes.filter((change) => change.engine === engine && isRisky(change, { address, object }, disks));
    if (keep === null || risky.length === 0 || losesDisk(changes, engine, disks)) continue;
    const touching = [address, ...disks].flatMap((one) => graph.stepsAt(one, engine, TOUCHING));
    const what = risky.map(({ action, address: changed }) => `${action} of ${changed}`).join(', ');
    const label = `before ${what}`;
    const id = graph.add({
      address,
      engine,
      name: object.name,
      phase: 'stop',
      verb: SNAPSHOT,
      args: { name: object.name, keep, label },
      cause: label,
      changed: risky[0]?.address ?? address,
      leftover: false,
    });
    for (const step of touching) graph.order(id, step);
  }
}

/** `null` where none are asked for: as declared, or as it was last applied. */
function keepOf(address: Address, { declared, recorded }: VmSnapshotInput): number | null {
  const config = declared.get(address)?.config ?? recorded.resources[address]?.config ?? {};
  if (memberAt(config, 'snapshots', 'when') !== 'before_change') return null;
  const keep = memberAt(config, 'snapshots', 'keep');
  return typeof keep === 'number' && keep >= 1 ? keep : DEFAULT_KEPT;
}

const DEFAULT_KEPT = 3;

/** What it is about to be brought up with is not what it ran with; or a disk of it grows. That it only starts or stops is no risk. */
function isRisky(
  change: Change,
  { address, object }: Pick<LocatedObject, 'address' | 'object'>,
  disks: readonly Address[],
): boolean {
  const { action, differences } = change;
  if (disks.includes(change.address))
    return action === 'update' && differences.some(({ field_path: path }) => path === SIZE);
  if (change.address !== address || action === 'delete' || action === 'create') return false;
  const isWaiting = object.effective !== null && action === 'restart';
  const others = differences.filter(({ field_path: path }) => path !== RUN_STATE_PATH);
  return (
    action === 'replace' ||
    isWaiting ||
    others.some(({ effect }) => effect !== 'in_place' && effect !== 'pending_restart')
  );
}

const SIZE = fieldPath('size');

function losesDisk(changes: readonly Change[], engine: string, disks: readonly Address[]): boolean {
  return changes.some(
    (change) =>
      change.engine === engine &&
      disks.includes(change.previous_address ?? change.address) &&
      (change.action === 'delete' || change.action === 'replace'),
  );
}
