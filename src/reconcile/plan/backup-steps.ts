/**
 * Snapshots as steps. One is taken once every writer of the volume is down, and before any of them comes up: what could
 * harm the data waits until the snapshot is there, whoever was only taken down for it until the attempt has ended.
 */
import { type Address, addressOf, keyOf } from '../../model/address.ts';
import type { DriverModel } from '../../drivers/driver.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import type { Change } from '../../model/change.ts';
import type { StepPhase } from '../../model/plan.ts';
import { type BackupInput, mounts, type VolumeAtRisk, volumesAtRisk, writesTo } from './backups.ts';
import { BACKUP, RESTORE_DATA } from './own-verbs.ts';
import type { StepGraph, StepNode } from './step-graph.ts';

export interface BackupContext extends BackupInput {
  readonly environment: DesiredEnvironment;
  readonly models: ReadonlyMap<string, DriverModel>;
}

/** What changes something that a snapshot has to see as it was. */
const CHANGING: readonly StepPhase[] = ['alter', 'start', 'settle', 'remove'];

/** Before gates are added: who depends on a writer that has to be down is stopped before it, and not behind its gate. */
export function addBackups(graph: StepGraph, changes: readonly Change[], context: BackupContext): void {
  for (const volume of volumesAtRisk(changes, context)) addBackup(graph, volume, context);
}

function addBackup(graph: StepGraph, volume: VolumeAtRisk, context: BackupContext): void {
  const { addresses, engine, name, kept, changes, restored } = volume;
  const [address] = addresses;
  if (address === undefined) return;
  const users = new Set(usersOf(volume, context));
  // What goes from beside a service has let go of the volume, too.
  const nodes = graph
    .inPhases(['stop', ...CHANGING])
    .filter((node) => node.engine === engine && users.has(node.address));
  const stops = nodes.filter((node) => node.phase === 'stop' && context.models.get(engine)?.life(node) === 'stop');
  const changed = changes[0]?.address ?? address;
  const step = {
    address: addressOf('volume', keyOf(address)),
    engine,
    name,
    phase: 'stop',
    changed,
    leftover: false,
  } as const;
  const cause = changes.length === 0 ? 'its data is replaced' : `before ${changes.map(words).join(', ')}`;
  const stopped = [...new Set(stops.map((node) => node.address))];
  const spared = restored === null ? {} : { spared: restored };
  const id = graph.add({ ...step, verb: BACKUP, args: { name, kept, stopped, ...spared }, cause });
  for (const stop of stops) graph.order(stop.id, id);
  const last = restored === null ? id : addRestore(graph, step, { name, snapshot: restored }, id);
  const harmful = new Set(changes.map((change) => change.address));
  const later = [...nodes, ...addresses.flatMap((one) => graph.nodes(one))];
  for (const node of later) {
    if (!isLater(node, id, last) || !CHANGING.includes(node.phase) || graph.needs(id, node.id)) continue;
    const isHarmful = harmful.has(node.address) || harmful.has(node.changed) || restored !== null;
    graph.order(last, node.id, isHarmful ? 'done' : 'ended');
  }
}

function addRestore(
  graph: StepGraph,
  step: Pick<StepNode, 'address' | 'engine' | 'name' | 'changed' | 'leftover'>,
  args: { readonly name: string; readonly snapshot: string },
  backup: string,
): string {
  const id = graph.add({ ...step, phase: 'alter', verb: RESTORE_DATA, args, cause: `from ${args.snapshot}` });
  graph.order(backup, id);
  return id;
}

function isLater({ id }: StepNode, backup: string, last: string): boolean {
  return id !== backup && id !== last;
}

/** Whoever may write to it, as it is and as it is to be; of data that is put back, whoever sees it. */
function usersOf(
  { addresses, engine, restored }: VolumeAtRisk,
  { world, environment }: BackupContext,
): readonly Address[] {
  const isUser = restored === null ? writesTo : mounts;
  const there = world.ours().filter(({ engine: on, object }) => on === engine && object.type === 'service');
  const present = there.filter(({ object }) => addresses.some((volume) => isUser(object.configured, volume)));
  const wanted = [...environment.resources.values()].filter(
    (resource) =>
      resource.engine === engine &&
      resource.type === 'service' &&
      addresses.some((volume) => isUser(resource.config, volume)),
  );
  return [...new Set([...present, ...wanted].map(({ address }) => address))];
}

function words({ action, address }: Change): string {
  return `${action} of ${address}`;
}
