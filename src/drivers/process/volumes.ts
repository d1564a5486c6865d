/** The verbs of volumes: folders with an entry beside them. */
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import type { Address } from '../../model/address.ts';
import { TrueupError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import type { StepContext } from '../step-context.ts';
import type { Engine } from './engine.ts';
import { newEntry, readRegistered, writeEntry } from './entry.ts';
import { dataFolder, objectFolder } from './layout.ts';
import { ownershipFor } from '../owner-mark.ts';
import { refuseOther } from './services.ts';
import { discard } from './trash.ts';
import { ensuredData } from './volume-settling.ts';

/** Idempotent: data that is there already stays. */
export async function createVolume(
  engine: Engine,
  address: Address,
  { name, config }: { readonly name: string; readonly config: JsonObject },
  context: StepContext,
): Promise<JsonObject> {
  const ownership = ownershipFor(address, context);
  refuseOther(engine, 'volume', name, address);
  const known = readRegistered(engine.root, 'volume', name)?.entry ?? newEntry(ownership, config);
  await writeEntry(engine.root, 'volume', name, { ...known, ownership, config });
  return { path: await ensuredData(engine.root, name) };
}

/** Writes new values into the entry; the data is not touched. */
export async function updateVolume(
  engine: Engine,
  address: Address,
  { name, config }: { readonly name: string; readonly config: JsonObject },
): Promise<JsonObject> {
  const found = readRegistered(engine.root, 'volume', name);
  if (found === null)
    throw new TrueupError('object_missing', `volume ${name} is not in the registry`, { fields: { name } });
  refuseOther(engine, 'volume', name, address);
  const known = found.entry ?? newEntry(found.ownership, config);
  await ensuredData(engine.root, name);
  await writeEntry(engine.root, 'volume', name, { ...known, config });
  return { path: dataFolder(engine.root, name) };
}

export interface RenameArguments {
  readonly name: string;
  readonly previousName: string;
  readonly config: JsonObject;
}

/** Gives a volume another name and address in one rename. Repeated after a crash, it only writes the entry. */
export async function renameVolume(
  engine: Engine,
  address: Address,
  { name, previousName, config }: RenameArguments,
): Promise<JsonObject> {
  const [from, to] = [objectFolder(engine.root, 'volume', previousName), objectFolder(engine.root, 'volume', name)];
  if (name !== previousName && existsSync(from)) {
    refuseOther(engine, 'volume', name, address);
    if (existsSync(dataFolder(engine.root, name))) {
      throw new TrueupError('name_in_use', `volume ${previousName} cannot become ${name}: that one has data, too`, {
        fields: { name, previous_name: previousName },
        next: 'remove one of the two, or take the `moved` back',
      });
    }
    if (existsSync(to)) await discard(engine.root, to);
    await rename(from, to);
  }
  const found = readRegistered(engine.root, 'volume', name);
  if (found === null) throw new TrueupError('object_missing', `volume ${previousName} is not in the registry`);
  const known = found.entry ?? newEntry(found.ownership, config);
  await writeEntry(engine.root, 'volume', name, { ...known, config, ownership: { ...known.ownership, address } });
  return { path: dataFolder(engine.root, name) };
}

/** Removes a volume and its data for good. Planned only where data may go. */
export async function removeVolume(engine: Engine, name: string): Promise<JsonObject> {
  await discard(engine.root, objectFolder(engine.root, 'volume', name));
  return {};
}
