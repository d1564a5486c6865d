/** The actuator of the process engine: one step at a time, and a way into what runs. */
import { chmodSync, mkdirSync } from 'node:fs';
import { errnoOf } from '../../files/errno.ts';
import { proveWritable } from '../../files/prove-writable.ts';
import { TrueupError } from '../../model/failure.ts';
import { isJsonObject, type JsonObject, member } from '../../model/json.ts';
import type { Step } from '../../model/plan.ts';
import type { Actuator } from '../driver.ts';
import type { StepContext } from '../step-context.ts';
import { discardAside, restoreAside, setAside } from './asides.ts';
import { connectTo } from './connect.ts';
import type { Engine } from './engine.ts';
import { parseUsedVolumes, readRegistered } from './entry.ts';
import { execInService } from './exec.ts';
import { serviceSettings } from './service-settings.ts';
import {
  createService,
  refuseForeign,
  removeService,
  resumeService,
  signalService,
  stopKnownService,
  updateService,
} from './services.ts';
import { startService } from './start.ts';
import { emptyTrash } from './trash.ts';
import { isVerb, textArgument, type Verb } from './verbs.ts';
import { readVolume, writeVolume } from './volume-data.ts';
import { createVolume, removeVolume, renameVolume, updateVolume } from './volumes.ts';

type Handler = (engine: Engine, step: Step, context: StepContext) => Promise<JsonObject>;

const HANDLERS: Readonly<Record<Verb, Handler>> = {
  create: (engine, step, context) => createService(engine, step.address, serviceArguments(step), context),
  update: (engine, step) => updateService(engine, step.address, serviceArguments(step)),
  start: (engine, step, context) => startService(engine, nameOf(step), context),
  stop: (engine, step, context) => stopKnownService(engine, nameOf(step), context),
  resume: (engine, step, context) => resumeService(engine, nameOf(step), context),
  signal: (engine, step, context) => signalService(engine, nameOf(step), textArgument(step.args, 'signal'), context),
  remove: (engine, step, context) => removeService(engine, nameOf(step), context),
  set_aside: setAside,
  discard_aside: discardAside,
  restore: restoreAside,
  create_volume: (engine, step, context) => createVolume(engine, step.address, volumeArguments(step), context),
  update_volume: (engine, step) => updateVolume(engine, step.address, volumeArguments(step)),
  rename_volume: (engine, step) => {
    const previousName = textArgument(step.args, 'previous_name');
    return renameVolume(engine, step.address, { ...volumeArguments(step), previousName });
  },
  remove_volume: (engine, step) => removeVolume(engine, nameOf(step)),
};

/** A full or read-only registry refuses before anything is stopped for what could not be written. What the dead left goes. */
async function prepare(engine: Engine): Promise<void> {
  try {
    mkdirSync(engine.root, { recursive: true, mode: 0o700 });
    await emptyTrash(engine.root);
    await proveWritable(engine.root);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TrueupError('state_unwritable', `the registry of engine "${engine.name}" cannot be written: ${reason}`, {
      cause: error,
      fields: { root: engine.root },
      next: `make ${engine.root} writable, with space left on its disk`,
    });
  }
}

export function processActuator(engine: Engine): Actuator {
  let prepared: Promise<void> | null = null;
  return {
    async run(step, context) {
      prepared ??= prepare(engine);
      await prepared;
      return run(engine, step, context);
    },
    exec: (object, config, command, options) => execInService(engine, object.name, config, command, options),
    connect: (object, target, signal) => {
      // The folder matters to paths alone, and ports are probed every few seconds.
      if ('port' in target) return connectTo(target, '/', signal);
      const config = readRegistered(engine.root, 'service', object.name)?.entry?.config ?? {};
      return connectTo(target, serviceSettings(config).cwd, signal);
    },
    readVolume: (name, context) => readVolume(engine, name, context),
    writeVolume: (name, archive, context) => writeVolume(engine, name, archive, context),
    close: () => Promise.resolve(),
  };
}

async function run(engine: Engine, step: Step, context: StepContext): Promise<JsonObject> {
  context.signal.throwIfAborted();
  if (!isVerb(step.verb)) throw new TrueupError('internal', `the process engine has no verb ${step.verb}`);
  try {
    mkdirSync(engine.root, { recursive: true, mode: 0o700 });
    chmodSync(engine.root, 0o700);
    refuseForeign(engine, step.verb.endsWith('_volume') ? 'volume' : 'service', nameOf(step), context);
    if (isGoneNeighbour(engine, step)) return { skipped: true };
    return await HANDLERS[step.verb](engine, step, context);
  } catch (error) {
    context.signal.throwIfAborted();
    throw explained(error, engine, step);
  }
}

function isGoneNeighbour({ root }: Engine, { args }: Step): boolean {
  return args['as_neighbour'] === true && readRegistered(root, 'service', textArgument(args, 'name')) === null;
}

const UNWRITABLE: readonly (string | null)[] = ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EEXIST'];

/** A failed system call, with what was being done. */
function explained(error: unknown, { root }: Engine, step: Step): unknown {
  const code = errnoOf(error);
  if (error instanceof TrueupError || !(error instanceof Error) || code === null) return error;
  const isRegistry = UNWRITABLE.includes(code);
  const doing = `${step.verb} of ${step.address}: ${error.message}`;
  return new TrueupError(isRegistry ? 'state_unwritable' : 'step_failed', doing, {
    cause: error,
    fields: { address: step.address, verb: step.verb, errno: code, root },
    next: isRegistry ? `make ${root} writable, with space left on its disk` : 'look at the cause, and apply again',
  });
}

function serviceArguments({ args }: Step): Parameters<typeof createService>[2] {
  const volumes = parseUsedVolumes(member(args, 'volumes'));
  return { name: textArgument(args, 'name'), config: configOf(args), volumes };
}

function volumeArguments({ args }: Step): { readonly name: string; readonly config: JsonObject } {
  return { name: textArgument(args, 'name'), config: configOf(args) };
}

/** The run state belongs to the processes and not to the registry. */
function configOf(args: JsonObject): JsonObject {
  const config = member(args, 'config');
  const { run_state: _, ...rest } = isJsonObject(config) ? config : {};
  return rest;
}

function nameOf({ args }: Step): string {
  return textArgument(args, 'name');
}
