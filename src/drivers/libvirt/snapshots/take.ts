/**
 * Takes a snapshot, in the disks themselves: of a machine that runs with its memory. The record comes first, as begun, and is
 * finished last: what a killed run leaves is known by it, and cleared away by the next.
 */
import { TrueupError } from '../../../model/failure.ts';
import type { VmSnapshot, VmSnapshotRequest } from '../../../model/vm-snapshot.ts';
import type { VmStatus } from '../../../model/vm-status.ts';
import { bring, saved } from '../actuate/bring.ts';
import type { Changing } from '../actuate/changing.ts';
import { knownMachine } from '../actuate/machine-at.ts';
import { textOfThisStart } from '../observe/lines-of-start.ts';
import { putContent } from '../actuate/volume-calls.ts';
import { snapshotVolume } from '../names.ts';
import type { DomainSight } from '../observe/look.ts';
import type { Command } from '../virsh/quote.ts';
import { must } from '../virsh/virsh.ts';
import { readVolume } from '../volumes/describe.ts';
import { begunSnapshot } from '../../kept-snapshot.ts';
import { attributeOf, elementAt, elementsIn } from '../xml/element.ts';
import { parseXml } from '../xml/parse.ts';
import { checksumOf } from './describe.ts';
import { forgetSnapshot } from './forget.ts';
import { lookAtSnapshots, snapshotXml } from './look.ts';
import { recordText, type SnapshotRecord, type SnapshotState } from './record.ts';

/** All of its memory is written into a disk, or read from it. */
export const MEMORY_TIMEOUT_MS = 900_000;

export async function takeSnapshot(changing: Changing, vm: string, request: VmSnapshotRequest): Promise<VmSnapshot> {
  const { virsh, context } = changing;
  const machine = await knownMachine(changing, vm);
  const { records } = await lookAtSnapshots(virsh, vm, context.signal);
  const known = records.find(({ id, xml }) => id === request.id && xml !== null)?.snapshot ?? null;
  if (known !== null) return known;
  for (const { id, xml } of records) if (xml === null) await forgetSnapshot(changing, vm, id);
  assertPossible(machine);
  const state = stateOf(machine);
  const begun = begunSnapshot(machine.uuid, request, STATUS[state]);
  await putRecord(changing, vm, { id: request.id, snapshot: begun, state, xml: null, said: null });
  const before = await allocationOf(changing, machine);
  const said = await take(changing, vm, request, state);
  const grown = (await allocationOf(changing, machine)) - before;
  const xml = await snapshotXml(virsh, vm, request.id, context.signal);
  const snapshot = { ...begun, size_bytes: Math.max(0, grown), checksum_manifest: checksumOf(xml, vm) };
  await putRecord(changing, vm, { id: request.id, snapshot, state, xml, said });
  return snapshot;
}

const STATUS: Readonly<Record<SnapshotState, VmStatus>> = {
  running: 'Running',
  paused: 'Suspended',
  saved: 'Suspended',
  shutoff: 'Stopped',
};

function stateOf({ state }: DomainSight): SnapshotState {
  if (state.run_state === 'suspended') return 'saved';
  if (state.run_state === 'running') return 'running';
  return state.run_state === 'paused' ? 'paused' : 'shutoff';
}

/** Asked before anything is begun. */
function assertPossible({ name, state, inactive, live, persistent }: DomainSight): void {
  const fields = { name };
  if (!persistent)
    throw new TrueupError('snapshot_failed', `machine ${name} is undefined while it runs, and gone once it stops`, {
      fields,
      next: 'run `trueup apply`, which defines it again',
    });
  if (state.run_state === 'dead' || state.vm_status === 'Error')
    throw new TrueupError('snapshot_failed', `machine ${name} is in trouble: ${state.reason ?? 'it has crashed'}`, {
      fields,
      next: 'run `trueup apply`, which repairs it',
    });
  const raw = elementsIn(elementAt(live ?? inactive, 'devices'), 'disk').filter(
    (disk) =>
      elementAt(disk, 'readonly') === null &&
      elementAt(disk, 'source') !== null &&
      attributeOf(elementAt(disk, 'driver'), 'type') !== 'qcow2',
  );
  const [first] = raw.map((disk) => attributeOf(elementAt(disk, 'source'), 'volume') ?? 'one of its disks');
  if (first === undefined) return;
  throw new TrueupError('snapshot_failed', `${first} cannot hold a snapshot: it is no qcow2`, {
    fields: { ...fields, disk: first },
    next: 'declare `format: qcow2` for the disk, which makes another one of it; or go without snapshots',
  });
}

/** What its console had said by then. */
async function take(
  changing: Changing,
  vm: string,
  { id, label, description }: VmSnapshotRequest,
  state: SnapshotState,
): Promise<string | null> {
  const { virsh, context } = changing;
  const create: Command = ['snapshot-create-as', vm, id, '--description', description ?? label, '--atomic'];
  // What it remembers lies in a file of its own, which no snapshot holds: it is brought back for a moment, without running.
  if (state === 'saved') await must(virsh, ['start', vm, '--paused'], context.signal, MEMORY_TIMEOUT_MS);
  try {
    const said = state === 'shutoff' ? null : await consoleByThen(changing, vm);
    await must(virsh, create, context.signal, MEMORY_TIMEOUT_MS);
    return said;
  } finally {
    if (state === 'saved') await bring(changing, vm, saved(vm));
  }
}

/** What is secret is in no record. */
async function consoleByThen({ virsh, context }: Changing, vm: string): Promise<string | null> {
  const text = await textOfThisStart(virsh, vm, context.signal);
  return text === null ? null : context.vault.mask(text);
}

/** Bytes that its disks take on the host. */
async function allocationOf({ virsh, context }: Changing, { inactive }: DomainSight): Promise<number> {
  const volumes = elementsIn(elementAt(inactive, 'devices'), 'disk').flatMap(
    (disk) => attributeOf(elementAt(disk, 'source'), 'volume') ?? [],
  );
  const answers = await virsh.ask(
    volumes.map((volume) => ['vol-dumpxml', '--pool', virsh.engine.pool, volume]),
    context.signal,
  );
  const sizes = answers.map(({ stdout, stderr }) => (stderr === '' ? readVolume(parseXml(stdout)).allocation : 0));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

export function putRecord(changing: Changing, vm: string, record: SnapshotRecord): Promise<void> {
  return putContent(changing, snapshotVolume(vm, record.id), recordText(record));
}
