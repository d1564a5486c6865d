/**
 * The verbs of the simulated driver. Each looks before it acts, so that it can be repeated: what is as wanted already
 * needs no call, and a namesake that is not ours is never touched.
 */
import { TrueupError } from '../../../src/model/failure.ts';
import { fieldPath } from '../../../src/model/field-path.ts';
import { canonicalJson, isJsonObject, type JsonObject, member } from '../../../src/model/json.ts';
import type { Step } from '../../../src/model/plan.ts';
import { endpointArgument, endpointArguments, textArgument, textArguments } from './arguments.ts';
import { discardAside, restoreAside, setAside } from './asides.ts';
import { attach, detach, detachStale } from './attachments.ts';
import type { CallName } from './calls.ts';
import { withDefaults } from './images.ts';
import { isUp } from './life.ts';
import { sameMeaning, withoutInjected } from './model/equality.ts';
import type { SimulatedObject } from './objects.ts';
import { identity, isOwn, meant, missing, nameInUse, ownershipOf, present, type VerbContext } from './verb-context.ts';

export type Verb = (context: VerbContext) => Promise<JsonObject>;

export type VerbName = CallName | 'set_aside' | 'discard_aside' | 'restore';

export const VERBS: Readonly<Record<VerbName, Verb>> = {
  create,
  pull,
  start,
  stop,
  resume,
  update,
  rename,
  remove,
  connect,
  disconnect,
  set_aside: setAside,
  discard_aside: discardAside,
  restore: restoreAside,
};

export function isVerb(text: string): text is VerbName {
  return Object.hasOwn(VERBS, text);
}

async function create(verb: VerbContext): Promise<JsonObject> {
  const { engine, step, context } = verb;
  const config = storedConfig(argument(step, 'config'));
  const [first = null, ...others] = endpointArguments(step.args);
  const existing = verb.look();
  if (existing !== null && !isOwn(existing, verb)) throw nameInUse(existing);
  const stored = existing === null ? null : canonicalJson(withDefaults(config, existing.defaults));
  if (existing !== null && canonicalJson(existing.config) !== stored) throw nameInUse(existing);
  context.progress(`creating ${verb.object.name}`);
  if (existing === null) {
    const blueprint = { config, ownership: ownershipOf(verb), mounts: textArguments(step.args, 'mounts') };
    await verb.send(engine.calls.create(verb.object, blueprint, first));
    // Some engines take an existing thing for a new one: whose it is shows only afterwards.
    const made = verb.look();
    if (made !== null && !isOwn(made, verb)) throw nameInUse(made);
  }
  for (const endpoint of existing !== null && first !== null ? [first, ...others] : others)
    await attach(verb, endpoint);
  return identity(verb);
}

async function pull(verb: VerbContext): Promise<JsonObject> {
  verb.context.progress(`pulling ${verb.object.name}`);
  return verb.send(verb.engine.calls.pull(verb.object, member(verb.step.args, 'platform')));
}

async function start(verb: VerbContext): Promise<JsonObject> {
  const { engine, step } = verb;
  const found = present(verb);
  if (found === null) return { skipped: true };
  if (found.life?.state === 'paused') await verb.send(engine.calls.resume(verb.object));
  await detachStale(verb);
  for (const endpoint of endpointArguments(step.args)) await attach(verb, endpoint);
  const now = verb.look();
  if (now !== null && !isUp(now)) await verb.send(engine.calls.start(verb.object));
  return identity(verb);
}

async function stop(verb: VerbContext): Promise<JsonObject> {
  const { engine } = verb;
  const found = meant(verb);
  if (found === null || !isUp(found)) return {};
  if (found.life?.state === 'paused') await verb.send(engine.calls.resume(verb.object));
  await verb.send(engine.calls.stop(verb.object));
  return identity(verb);
}

/** What ended while it was paused is started instead. */
async function resume(verb: VerbContext): Promise<JsonObject> {
  const found = present(verb);
  if (found?.life?.state !== 'paused') return start(verb);
  await verb.send(verb.engine.calls.resume(verb.object));
  return identity(verb);
}

async function update(verb: VerbContext): Promise<JsonObject> {
  const { engine, step } = verb;
  const fields = withoutInjected(argument(step, 'fields'));
  const found = present(verb);
  if (found === null) return { skipped: true };
  if (isSet(found, fields)) return identity(verb);
  await verb.send(engine.calls.update(verb.object, fields));
  const now = verb.look();
  if (now !== null && !isSet(now, fields)) {
    throw new TrueupError('step_failed', `the engine left ${verb.object.name} as it was`, {
      fields: { wanted: fields },
    });
  }
  return identity(verb);
}

async function rename(verb: VerbContext): Promise<JsonObject> {
  const { engine, step } = verb;
  const to = textArgument(step.args, 'to');
  const found = meant(verb);
  const renamed = engine.objects.find({ type: verb.object.type, name: to });
  if (found === null) {
    if (renamed !== null && isOwn(renamed, verb)) return { id: renamed.id };
    throw missing(verb.object);
  }
  if (found.name === to && isOwn(found, verb)) return { id: found.id };
  // What is written on a network stays written on it, and on what nobody marked nothing is written.
  const isKept = found.type === 'network' || found.ownership === null;
  const ownership = isKept ? found.ownership : { ...found.ownership, address: step.address };
  return verb.send(engine.calls.rename(verb.object, to, ownership));
}

async function remove(verb: VerbContext): Promise<JsonObject> {
  if (meant(verb) === null) return {};
  return verb.send(verb.engine.calls.remove(verb.object));
}

async function connect(verb: VerbContext): Promise<JsonObject> {
  const found = present(verb);
  if (found === null) return { skipped: true };
  await attach(verb, endpointArgument(verb.step.args));
  return identity(verb);
}

async function disconnect(verb: VerbContext): Promise<JsonObject> {
  if (meant(verb) !== null) await detach(verb, textArgument(verb.step.args, 'key'));
  return {};
}

function isSet(found: Readonly<SimulatedObject>, fields: JsonObject): boolean {
  return Object.entries(fields).every(([name, value]) =>
    sameMeaning(fieldPath(name), value, member(found.config, name)),
  );
}

/** What the engine itself stores: whether it runs, where it is attached and what it adds by itself are no part of it. */
function storedConfig(config: JsonObject): JsonObject {
  const { run_state: _runState, networking, ...stored } = withoutInjected(config);
  if (!isJsonObject(networking)) return { ...stored, networking: networking ?? null };
  const { networks: _networks, ...others } = networking;
  return { ...stored, networking: others };
}

function argument(step: Step, name: string): JsonObject {
  const value = member(step.args, name);
  if (!isJsonObject(value)) throw new TrueupError('internal', `the step carries no ${name}`);
  return value;
}
