/**
 * Which volumes a plan puts at risk, and who holds them. At risk is the data of a volume that goes, is replaced or moves,
 * and of one that something writes to that comes up with another configuration or image. Pure; knows no engine.
 */
import type { LocatedObject, World } from '../../diff/world.ts';
import { type Address, addressOf, keyOf } from '../../model/address.ts';
import type { Change } from '../../model/change.ts';
import type { DesiredResource } from '../../model/desired.ts';
import { isJsonObject, type JsonObject, member, memberAt } from '../../model/json.ts';
import type { Recorded } from '../../model/observed.ts';

export interface BackupInput {
  readonly world: World;
  /** What the manifests declare, also where the plan wants nothing of it. */
  readonly declared: ReadonlyMap<Address, DesiredResource>;
  readonly recorded: Recorded;
  /** Snapshots whose data is to be put back, by volume. */
  readonly restored: ReadonlyMap<Address, string>;
}

export interface VolumeAtRisk {
  /** As it is known on the engine, and as it is declared. */
  readonly addresses: readonly Address[];
  readonly engine: string;
  /** Its physical name now. */
  readonly name: string;
  /** How many snapshots of it are kept. */
  readonly kept: number;
  /** What puts it at risk. */
  readonly changes: readonly Change[];
  /** The snapshot whose data takes the place of what is there. */
  readonly restored: string | null;
}

export function volumesAtRisk(changes: readonly Change[], input: BackupInput): readonly VolumeAtRisk[] {
  const ofVolumes = Map.groupBy(
    changes.filter(({ type }) => type === 'volume'),
    ({ address, previous_address: previous }) => previous ?? address,
  );
  return input.world.ours().flatMap((located) => {
    const { address, engine, object } = located;
    if (object.type !== 'volume') return [];
    const own = (ofVolumes.get(address) ?? []).filter((change) => isOfVolume(change, located));
    const addresses = [...new Set([...own.map((change) => change.address), address])];
    const meant = addresses.filter((one) => isMeant(one, located, input));
    const restored = meant.map((one) => input.restored.get(one)).find((id) => id !== undefined) ?? null;
    const policy = backupPolicy(addresses, located, input);
    // Whoever puts data back may want what is there now back again.
    if (restored === null && !policy.isEnabled) return [];
    const harmful = [...own.filter(takesData), ...changes.filter((change) => endangers(change, engine, addresses))];
    if (harmful.length === 0 && restored === null) return [];
    return [{ addresses, engine, name: object.name, kept: policy.kept, changes: harmful, restored }];
  });
}

/** Volumes whose data is to be put back, and which are not there to hold it. */
export function absentVolumes(input: BackupInput): readonly Address[] {
  const { world, restored } = input;
  if (restored.size === 0) return [];
  const there = new Set(
    world.ours().flatMap((located) => (isMeant(located.address, located, input) ? [located.address] : [])),
  );
  return [...restored.keys()].filter((address) => !there.has(address));
}

/** Whether an address stands for this very volume, and not only for what was left of it under another name or elsewhere. */
function isMeant(address: Address, { engine, object }: LocatedObject, { declared, world }: BackupInput): boolean {
  const resource = declared.get(address);
  if (resource === undefined) return true;
  return engine === resource.engine && (object.name === resource.name || world.named(resource) === null);
}

/** Of changes of its address: whether it is about this very object. */
function isOfVolume({ engine, previous_address: previous, name }: Change, located: LocatedObject): boolean {
  return engine === located.engine && (previous !== null || name === located.object.name);
}

function takesData({ action }: Change): boolean {
  return action === 'delete' || action === 'replace' || action === 'move';
}

/** Whether something that writes to it comes up as something else, or will once somebody starts it. */
function endangers(change: Change, engine: string, volumes: readonly Address[]): boolean {
  const { type, action, before, after, differences } = change;
  if (type !== 'service' || change.engine !== engine || before === null || after === null) return false;
  const isOther =
    action === 'replace' || differences.some(({ effect }) => effect === 'restart' || effect === 'replace');
  return isOther && volumes.some((volume) => writesTo(before, volume) || writesTo(after, volume));
}

const DEFAULT_KEPT = 3;

/** As declared; what is not declared any more as it was last applied, or as its engine knows it. */
function backupPolicy(
  addresses: readonly Address[],
  { object }: LocatedObject,
  { declared, recorded }: BackupInput,
): { readonly isEnabled: boolean; readonly kept: number } {
  const configs = [
    ...addresses.map((address) => declared.get(address)?.config),
    ...addresses.map((address) => recorded.resources[address]?.config),
    object.configured,
  ];
  const metadata = configs
    .map((config) => memberAt(config, 'metadata'))
    .find((found) => typeof member(found, 'backup_enabled') === 'boolean');
  const kept = member(metadata, 'backups_kept');
  return {
    isEnabled: member(metadata, 'backup_enabled') === true,
    kept: typeof kept === 'number' && kept >= 1 ? kept : DEFAULT_KEPT,
  };
}

/** Whether a configuration mounts a volume, and may write to it. */
export function writesTo(config: JsonObject, volume: Address): boolean {
  return mountsOf(config, volume).some((mount) => member(mount, 'mode') !== 'ro');
}

export function mounts(config: JsonObject, volume: Address): boolean {
  return mountsOf(config, volume).length > 0;
}

function mountsOf(config: JsonObject, volume: Address): readonly JsonObject[] {
  const declared = memberAt(config, 'storage', 'volumes');
  const found = isJsonObject(declared) ? Object.values(declared).filter(isJsonObject) : [];
  return found.filter((mount) => mount['volume'] === keyOf(volume) && addressOf('volume', keyOf(volume)) === volume);
}
