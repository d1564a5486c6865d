/**
 * The verbs of what is set aside: the version of a service that worked lies under another name, stopped, until the gate
 * of its successor is open. Each moves a whole folder by one rename, so that at any moment the version that worked lies
 * wholly under one name, and a repetition, also by another process after a crash, goes on where the last one ended.
 * Nothing of a folder runs when it is renamed: supervisors, and the marker of what they start, go by its name.
 */
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Address } from '../../model/address.ts';
import { asideName } from '../../model/aside.ts';
import { TrueupError } from '../../model/failure.ts';
import { type JsonObject, member } from '../../model/json.ts';
import type { Step } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';
import type { Engine } from './engine.ts';
import { type Entry, parseUsedVolumes, readRegistered, type Registered, writeEntry, writePolicy } from './entry.ts';
import { FILES, objectFolder } from './layout.ts';
import { refuseForeign, removeService, stopKnownService } from './services.ts';
import { startService } from './start.ts';
import { textArgument } from './verbs.ts';

/** Takes a service out of the way of its successor. What an earlier attempt has set aside already is what worked. */
export async function setAside(engine: Engine, { address, args }: Step, context: StepContext): Promise<JsonObject> {
  const { root } = engine;
  const name = textArgument(args, 'name');
  const kept = asideName(textArgument(args, 'successor'), context.run);
  await stopKnownService(engine, name, context);
  const found = readRegistered(root, 'service', name);
  if (readAside(engine, kept, context) !== null) {
    if (found !== null) await removeService(engine, name, context);
    return { aside: kept };
  }
  if (found === null) return {};
  await takeOver(root, name, address, found);
  renameSync(objectFolder(root, 'service', name), objectFolder(root, 'service', kept));
  // Only now: under its own name it has the policy that its entry says.
  await writePolicy(root, kept, 'no');
  return { aside: kept };
}

/** Gives up what was set aside, and nothing else. */
export async function discardAside(engine: Engine, step: Step, context: StepContext): Promise<JsonObject> {
  const kept = asideOf(step, context);
  return readAside(engine, kept, context) === null ? {} : removeService(engine, kept, context);
}

/**
 * Brings back what was set aside, in place of what stands under the name now, and starts it where it is to run. Where it
 * is back already, or was not set aside yet, what is left of that is done.
 */
export async function restoreAside(engine: Engine, step: Step, context: StepContext): Promise<JsonObject> {
  const { root } = engine;
  const name = textArgument(step.args, 'name');
  const kept = asideOf(step, context);
  const found = readAside(engine, kept, context);
  if (found !== null) {
    await removeService(engine, name, context);
    await makeReady(root, kept, step, found);
    renameSync(objectFolder(root, 'service', kept), objectFolder(root, 'service', name));
  } else if (!isItself(readRegistered(root, 'service', name), step)) {
    throw new TrueupError('object_missing', `nothing is left of service ${name} as it was before this change`, {
      fields: { name, aside: kept },
      next: 'apply manifests that work: there is nothing to go back to',
    });
  }
  const back = found === null ? {} : { went_on: false };
  if (step.args['starts'] === true) return { ...(await startService(engine, name, context)), ...back };
  // What ended by itself shows as that again, and not as told to stop.
  rmSync(join(objectFolder(root, 'service', name), FILES.stop), { force: true });
  return back;
}

function asideOf({ args }: Step, { run }: StepContext): string {
  const known = member(args, 'aside');
  return typeof known === 'string' ? known : asideName(textArgument(args, 'name'), run);
}

function readAside(engine: Engine, name: string, context: StepContext): Registered | null {
  refuseForeign(engine, 'service', name, context);
  return readRegistered(engine.root, 'service', name);
}

function isItself(found: Registered | null, { args }: Step): boolean {
  return found !== null && (found.entry?.id ?? textArgument(args, 'name')) === args['id'];
}

/** What is set aside for a successor under another address belongs to that address from then on. */
async function takeOver(root: string, name: string, address: Address, { entry }: Registered): Promise<void> {
  if (entry === null || entry.ownership.address === address) return;
  await writeEntry(root, 'service', name, { ...entry, ownership: { ...entry.ownership, address } });
}

/** Its policy, and the volumes under the names that they have now: data stays where it went. */
async function makeReady(root: string, kept: string, { args }: Step, { entry }: Registered): Promise<void> {
  if (entry === null) return;
  const now = parseUsedVolumes(member(args, 'volumes'));
  const volumes: Record<string, Entry['volumes'][string]> = { ...entry.volumes };
  for (const key of Object.keys(volumes)) if (now[key] !== undefined) volumes[key] = now[key];
  await writeEntry(root, 'service', kept, { ...entry, volumes });
}
