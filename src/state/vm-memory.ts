/** What is known of VMs since they were looked at, or moved, last. It is never needed: without it only the past is forgotten. */
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFileAtomic } from '../files/atomic-file.ts';
import { isMissing } from '../files/is-missing.ts';
import { makeFolder } from '../files/make-folder.ts';
import { type Address, isAddress } from '../model/address.ts';
import { compareText } from '../model/json.ts';
import type { VmMemory } from '../model/vm-event.ts';
import { VM_STATUSES } from '../model/vm-status.ts';
import type { StateFolder } from './folder.ts';
import { mapOf, nullable, objectOf, oneOf, text, textThat } from './shape.ts';
import { parseStored } from './stored-json.ts';
import { unwritable } from './system-error.ts';
import { vmMemoryPath } from './vm-files.ts';

const VM_MEMORY_FORMAT_VERSION = '1.0';

const moment = nullable(textThat((value) => !Number.isNaN(Date.parse(value)), 'a moment'));

const VM_MEMORY_SHAPE = objectOf({
  vms: mapOf(
    textThat(isAddress, 'an address'),
    objectOf({
      id: nullable(text),
      status: oneOf(VM_STATUSES),
      created_at: moment,
      last_started: moment,
      last_stopped: moment,
    }),
  ),
});

interface StoredMemory {
  readonly vms: Readonly<Record<Address, VmMemory>>;
}

/** Never rejects: what cannot be read is forgotten. */
export async function readVmMemory(folder: StateFolder, environment: string): Promise<ReadonlyMap<Address, VmMemory>> {
  const path = vmMemoryPath(folder, environment);
  if (isMissing(path)) return new Map();
  const content = await readFile(path, 'utf8').catch(() => '');
  const stored = parseStored<StoredMemory>(content, VM_MEMORY_FORMAT_VERSION, VM_MEMORY_SHAPE);
  if (stored.status !== 'read') return new Map();
  return new Map(Object.entries(stored.value.vms).flatMap(([key, vm]) => (isAddress(key) ? [[key, vm]] : [])));
}

/** The caller holds the lock of the project. Rejects with `state_unwritable`. */
export async function writeVmMemory(
  folder: StateFolder,
  environment: string,
  memory: ReadonlyMap<Address, VmMemory>,
): Promise<void> {
  const path = vmMemoryPath(folder, environment);
  const vms = Object.fromEntries([...memory].toSorted(([left], [right]) => compareText(left, right)));
  try {
    await makeFolder(dirname(path));
    await writeFileAtomic(path, `${JSON.stringify({ format_version: VM_MEMORY_FORMAT_VERSION, vms }, null, 1)}\n`);
  } catch (error) {
    throw unwritable(path, error);
  }
}
