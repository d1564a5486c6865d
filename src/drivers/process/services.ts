/** The verbs of services that write the registry, and the two that send one signal. */
import { ownershipFor } from '../owner-mark.ts';
import type { Address } from '../../model/address.ts';
import { TrueupError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Ownership } from '../../model/observed.ts';
import type { StepContext } from '../step-context.ts';
import type { Engine } from './engine.ts';
import { type Entry, newEntry, readRegistered, writeEntry } from './entry.ts';
import { type EntryKind, objectFolder } from './layout.ts';
import { findMembers, signalMembers } from './members.ts';
import { sendSignal, waitUntil } from './processes.ts';
import { serviceSettings } from './service-settings.ts';
import { isSignal } from './signals.ts';
import { stopService } from './stop.ts';
import { discard } from './trash.ts';

/** Refuses to touch what is not ours, whatever a plan says: the name may have changed hands since it was made. */
export function refuseForeign(engine: Engine, kind: EntryKind, name: string, context: StepContext): void {
  const found = readRegistered(engine.root, kind, name)?.ownership;
  if (found === undefined) return;
  if (context.owners.includes(found.owner) && found.environment === context.ownership.environment) return;
  throw nameInUse(kind, name, found);
}

/** Refuses a name that stands for something else of ours already. */
export function refuseOther(engine: Engine, kind: EntryKind, name: string, address: Address): void {
  const found = readRegistered(engine.root, kind, name)?.ownership;
  if (found !== undefined && found.address !== address) throw nameInUse(kind, name, found);
}

function nameInUse(kind: EntryKind, name: string, found: Ownership): TrueupError {
  const whose = `${found.environment}/${found.address} of ${found.checkout ?? `owner ${found.owner}`}`;
  return new TrueupError('name_in_use', `the ${kind} ${name} belongs to ${whose}`, {
    fields: {
      name,
      owner: found.owner,
      environment: found.environment,
      address: found.address,
      checkout: found.checkout,
    },
    next: 'destroy that environment, or give this one another project',
  });
}

/** Idempotent: what is there already for this address is written anew. */
export async function createService(
  engine: Engine,
  address: Address,
  { name, config, volumes }: { readonly name: string; readonly config: JsonObject; readonly volumes: Entry['volumes'] },
  context: StepContext,
): Promise<JsonObject> {
  const ownership = ownershipFor(address, context);
  refuseOther(engine, 'service', name, address);
  const known = readRegistered(engine.root, 'service', name)?.entry ?? newEntry(ownership, config);
  await writeEntry(engine.root, 'service', name, { ...known, ownership, config, volumes });
  return { id: known.id };
}

/** Writes new values into an entry, or repairs one that is damaged. Running processes are not touched. */
export async function updateService(
  engine: Engine,
  address: Address,
  { name, config, volumes }: { readonly name: string; readonly config: JsonObject; readonly volumes: Entry['volumes'] },
): Promise<JsonObject> {
  const found = readRegistered(engine.root, 'service', name);
  if (found === null)
    throw new TrueupError('object_missing', `service ${name} is not in the registry`, { fields: { name } });
  refuseOther(engine, 'service', name, address);
  const known = found.entry ?? newEntry(found.ownership, config);
  await writeEntry(engine.root, 'service', name, { ...known, config, volumes });
  return { id: known.id };
}

/** What is known of how to stop a service; the defaults where its entry is damaged. */
export function stopKnownService(engine: Engine, name: string, context: StepContext): Promise<JsonObject> {
  const config = readRegistered(engine.root, 'service', name)?.entry?.config ?? {};
  return stopService(engine, name, serviceSettings(config), context);
}

/** Stops it if need be, and takes it out of the registry in one rename. */
export async function removeService(engine: Engine, name: string, context: StepContext): Promise<JsonObject> {
  await stopKnownService(engine, name, context);
  await discard(engine.root, objectFolder(engine.root, 'service', name));
  return {};
}

/** Lets a service go on that was stopped by a signal. */
export async function resumeService(engine: Engine, name: string, { signal }: StepContext): Promise<JsonObject> {
  const isPaused = async (): Promise<boolean> => {
    const members = await findMembers(engine, name, signal);
    const { shim, main } = members;
    if (shim === null && main === null) throw notRunning(name);
    if (shim?.state !== 'T' && main?.state !== 'T') return false;
    signalMembers(members, 'SIGCONT');
    return true;
  };
  if (await waitUntil(async () => !(await isPaused()), 5000, signal)) return {};
  throw new TrueupError('step_failed', `service ${name} does not go on, although it was told to`, { fields: { name } });
}

/** Sends a signal to the main process; a service that does not run has nothing to be told. */
export async function signalService(
  engine: Engine,
  name: string,
  wanted: string,
  { signal }: StepContext,
): Promise<JsonObject> {
  if (!isSignal(wanted)) throw new TrueupError('step_failed', `this machine has no signal ${wanted}`);
  const { main, table } = await findMembers(engine, name, signal);
  return { signalled: main !== null && sendSignal(table, main, wanted) };
}

function notRunning(name: string): TrueupError {
  return new TrueupError('not_running', `service ${name} is not running`, { fields: { name } });
}
