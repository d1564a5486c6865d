/**
 * Snapshots of VMs as steps, where `snapshots: before_change` asks for them: before a machine is restarted or made anew with
 * something else than before, before it is stopped while something waits for that, and before a disk of it grows. They come before
 * all that the plan does to the machine, so they hold it as it runs. They are kept in its disks: of a disk that is to go there is
 * none, which is said. Pure; knows no engine.
 */
import { lagOf } from '../../diff/lag.ts';
import type { LocatedObject, World } from '../../diff/world.ts';
import { type Address, typeOf } from '../../model/address.ts';
import type { Change } from '../../model/change.ts';
import type { DesiredEnvironment, DesiredResource } from '../../model/desired.ts';
import { type Diagnostic, warningAt } from '../../model/diagnostic.ts';
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
  for (const { vm, keep, disks, risky } of riskyVms(changes, input)) {
    const { engine, object } = vm;
    if (risky.some((change) => takesDisk(change, vm, disks))) continue;
    const address = addressNow(vm.address, changes);
    const touched = disks.map((disk) => addressNow(disk, changes));
    const touching = [address, ...touched].flatMap((one) => graph.stepsAt(one, engine, TOUCHING));
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

/** Those that asked for a snapshot before a change which takes away what would keep it. */
export function withoutSnapshot(
  changes: readonly Change[],
  { locate, ...input }: VmSnapshotInput & Pick<DesiredEnvironment, 'locate'>,
): readonly Diagnostic[] {
  return riskyVms(changes, input).flatMap(({ vm, disks, risky }) => {
    if (!risky.some((change) => takesDisk(change, vm, disks))) return [];
    const address = addressNow(vm.address, changes);
    const summary = `no snapshot of ${address} is taken: it would go with the disk that this plan takes`;
    const next = `\`trueup snapshot export ${address} FILE\` keeps what is there, of a VM that is stopped`;
    return [warningAt('no_snapshot', locate(address, fieldPath('snapshots')), summary, next)];
  });
}

interface RiskyVm {
  readonly vm: LocatedObject;
  /** How many snapshots of it stay. */
  readonly keep: number;
  readonly disks: readonly Address[];
  /** What is about to be done to it, or to them. */
  readonly risky: readonly Change[];
}

/** Those that asked for a snapshot before what is about to be done to them. */
function riskyVms(changes: readonly Change[], input: VmSnapshotInput): readonly RiskyVm[] {
  return input.world.ours().flatMap((vm) => {
    const { address, engine, object } = vm;
    const keep = object.type === 'vm' ? keepOf(addressNow(address, changes), address, input) : null;
    if (keep === null) return [];
    const disks = usesOf(object.configured).filter((used) => typeOf(used) === 'volume');
    const own = changes.filter((change) => change.engine === engine);
    const risky = own.filter((change) => isRisky(change, vm, disks) || takesDisk(change, vm, disks));
    return risky.length === 0 ? [] : [{ vm, keep, disks, risky }];
  });
}

/** Where a change takes what is there under another address, that one. */
function addressNow(address: Address, changes: readonly Change[]): Address {
  return changes.find((change) => change.previous_address === address)?.address ?? address;
}

/** `null` where none are asked for: as declared, or as it was last applied, under the address that it had. */
function keepOf(address: Address, before: Address, { declared, recorded }: VmSnapshotInput): number | null {
  const config = declared.get(address)?.config ?? recorded.resources[before]?.config ?? {};
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
  const { action, differences, previous_address: previous } = change;
  const changed = previous ?? change.address;
  if (disks.includes(changed)) return action === 'update' && differences.some(({ field_path: path }) => path === SIZE);
  if (changed !== address || action === 'delete' || action === 'create') return false;
  const isStopped = differences.some(({ field_path: path, after }) => path === RUN_STATE_PATH && after !== 'running');
  const isWaiting = lagOf(object).length > 0 && (action === 'restart' || isStopped);
  const others = differences.filter(({ field_path: path }) => path !== RUN_STATE_PATH);
  return (
    action === 'replace' ||
    isWaiting ||
    others.some(({ effect }) => effect !== 'in_place' && effect !== 'pending_restart')
  );
}

const SIZE = fieldPath('size');

/** A disk that is an object of its own, or one that its machine takes along. */
function takesDisk(change: Change, { address, object }: LocatedObject, disks: readonly Address[]): boolean {
  const { action, previous_address: previous } = change;
  if (action !== 'delete' && action !== 'replace') return false;
  const changed = previous ?? change.address;
  return disks.includes(changed) || (object.holds_data === true && changed === address);
}
