/** The observer: what Lima lists, and what stands beside it. It runs no command that changes anything. */
import { readFile } from 'node:fs/promises';
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { Observation, ObservedObject, Ownership } from '../../../model/observed.ts';
import type { Sealer } from '../../../model/secret.ts';
import type { Observer } from '../../driver.ts';
import { Recent } from '../../recent.ts';
import type { ObjectReference, Scope } from '../../scope.ts';
import { acceleratorOf } from '../accelerator.ts';
import type { Engine } from '../engine.ts';
import { type Accelerator, factsOf, type LimaFacts } from '../facts.ts';
import { type Limactl, must, readingLimactl } from '../limactl/limactl.ts';
import { textOf } from '../marks.ts';
import { type Fallbacks, fallbacksOf, filled } from '../template/fill.ts';
import { machineConsole } from './console.ts';
import { machineEvents } from './events.ts';
import { type DiskSight, lookAt, type MachineSight, settled } from './look.ts';
import { diskObject, machineObject } from './objects.ts';
import { machineReadiness } from './readiness.ts';
import { machineSights } from './machine-sights.ts';
import { startedTemplate } from './started.ts';

export function limaObserver(engine: Engine, sealer: Sealer): Observer {
  const limactl = readingLimactl(engine);
  const looking: Looking = { limactl, sealer, fallbacks: fallbacksOf(limactl), facts: factsNow(limactl) };
  return {
    observe: (scope, signal) => observe(looking, scope, signal),
    events: (_scope, signal) => machineEvents(limactl, signal),
    logs: (object: ObjectReference, options, signal) => machineConsole(engine, object.name, options, signal),
    readiness: (object, config: JsonObject, signal) => machineReadiness({ limactl, vm: object.name, config, signal }),
    machines: machineSights(limactl),
    close: () => Promise.resolve(),
  };
}

interface Looking {
  readonly limactl: Limactl;
  readonly sealer: Sealer;
  readonly fallbacks: Fallbacks;
  facts(signal: AbortSignal): Promise<LimaFacts>;
}

/** An engine is what it is for about as long as one command looks at it. */
export function factsNow(limactl: Limactl): (signal: AbortSignal) => Promise<LimaFacts> {
  const facts = new Recent(async (signal) => factsOf(limactl.engine, await must(limactl, ['--version'], signal)));
  return facts.get.bind(facts);
}

async function observe(looking: Looking, scope: Scope, signal: AbortSignal): Promise<Observation> {
  const { name: engine } = looking.limactl.engine;
  signal.throwIfAborted();
  try {
    const facts = await looking.facts(signal);
    return { status: 'known', engine, facts, objects: await objectsOf(looking, scope, signal) };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TrueupError)) throw error;
    return { status: 'unreachable', engine, error: error.message, provided_by: null };
  }
}

async function objectsOf(looking: Looking, scope: Scope, signal: AbortSignal): Promise<readonly ObservedObject[]> {
  let disks: readonly DiskSight[] = [];
  const machines = await settled(async () => {
    const sight = await lookAt(looking.limactl, signal);
    disks = sight.disks;
    return sight.machines.filter((machine) => isMeant('vm', machine.name, ownershipOf(machine), scope));
  }, signal);
  return [
    ...(await Promise.all(machines.map((machine) => seen(looking, machine, signal)))),
    ...disks.filter(({ name, mark }) => isMeant('volume', name, mark?.ownership ?? null, scope)).map(diskObject),
  ];
}

function ownershipOf({ mark, unfinished }: MachineSight): Ownership | null {
  return mark?.ownership ?? unfinished?.mark.ownership ?? null;
}

async function seen(looking: Looking, machine: MachineSight, signal: AbortSignal): Promise<ObservedObject> {
  const { sealer, fallbacks, limactl } = looking;
  const applied = machine.template === null ? await appliedTemplate(limactl, machine, signal) : null;
  const template = machine.template ?? applied ?? {};
  const [fallback, usual] = await Promise.all([fallbacks(template, signal), fallbacks({}, signal)]);
  return machineObject(machine, {
    sealer,
    fallback,
    usual,
    applied,
    started: await startedTemplate(limactl, machine, signal),
    accelerator: await runningUnder(machine),
  });
}

async function appliedTemplate(
  limactl: Limactl,
  { files, name }: MachineSight,
  signal: AbortSignal,
): Promise<JsonObject | null> {
  const text = await textOf(files.applied);
  return text === null ? null : (await filled(limactl, text, name, signal)).template;
}

/** Where the system tells how a process was started. */
async function runningUnder({ listed }: MachineSight): Promise<Accelerator | null> {
  const pid = listed['driverPID'];
  if (typeof pid !== 'number' || process.platform !== 'linux') return null;
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return acceleratorOf(line.split('\0'));
}

/** Ours, or under a wanted name. */
function isMeant(type: 'vm' | 'volume', name: string, ownership: Ownership | null, scope: Scope): boolean {
  const { only, owners, environment, names } = scope;
  if (only !== undefined) return only.some((object) => object.type === type && object.name === name);
  const isOurs = ownership !== null && ownership.environment === environment && owners.includes(ownership.owner);
  return isOurs || (names[type] ?? []).includes(name);
}
