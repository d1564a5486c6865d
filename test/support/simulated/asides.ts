/**
 * The verbs of what is set aside. The name comes first and says what it is; what an engine makes to change at the object,
 * its attachments and its policy, follows, so that a crash leaves nothing that has lost them under its own name.
 */
import { asideName } from '../../../src/model/aside.ts';
import { TrueupError } from '../../../src/model/failure.ts';
import { isJsonObject, type Json, type JsonObject, member, memberAt } from '../../../src/model/json.ts';
import { endpointArguments, idArgument, textArgument } from './arguments.ts';
import { attach } from './attachments.ts';
import { isUp } from './life.ts';
import type { SimulatedObject } from './objects.ts';
import { identity, isOwn, meant, nameInUse, type VerbContext } from './verb-context.ts';

type Found = Readonly<SimulatedObject>;

/** Out of the way of the successor: stopped, under another name, detached, restarted by nobody. */
export async function setAside(verb: VerbContext): Promise<JsonObject> {
  const { engine, step, context } = verb;
  const kept = asideName(textArgument(step.args, 'successor'), context.run);
  const found = meant(verb);
  if (found === null) return {};
  await stopped(verb, found);
  if (found.name !== kept) {
    const ownership = found.ownership === null ? null : { ...found.ownership, address: step.address };
    await verb.send(engine.calls.rename(verb.object, kept, ownership));
  }
  for (const id of verb.look()?.attachments.keys() ?? []) await verb.send(engine.calls.disconnect(verb.object, id));
  await setPolicy(verb, 'no');
  return { aside: kept };
}

/** Gives it up, and nothing else. */
export async function discardAside(verb: VerbContext): Promise<JsonObject> {
  const { engine } = verb;
  const found = asideOf(verb);
  if (found === null) return {};
  if (!isOwn(found, verb)) throw nameInUse(found);
  return verb.send(engine.calls.remove({ type: 'service', name: found.name }));
}

/** Takes what failed away, and brings back what worked. Repeated, it ends what another was cut off in. */
export async function restoreAside(verb: VerbContext): Promise<JsonObject> {
  const { engine, step } = verb;
  const name = textArgument(step.args, 'name');
  const id = idArgument(step.args);
  const worked = (id === null ? null : engine.objects.byId(id)) ?? asideOf(verb);
  if (worked === null) {
    throw new TrueupError('object_missing', `nothing is left of service ${name} as it was`, { fields: { name } });
  }
  for (const other of [name, textArgument(step.args, 'successor')]) {
    const found = engine.objects.find({ type: 'service', name: other });
    if (found === null || found.id === worked.id) continue;
    if (!isOwn(found, verb)) throw nameInUse(found);
    await verb.send(engine.calls.remove({ type: 'service', name: other }));
  }
  const back: VerbContext = { ...verb, object: { type: 'service', name }, look: () => engine.objects.byId(worked.id) };
  if (worked.name !== name)
    await verb.send(engine.calls.rename({ type: 'service', name: worked.name }, name, worked.ownership));
  await setPolicy(back, member(step.args, 'restart'));
  for (const endpoint of endpointArguments(step.args)) await attach(back, endpoint);
  if (step.args['starts'] === true && !isUp(worked)) await verb.send(engine.calls.start(back.object));
  return identity(back);
}

function asideOf({ engine, step: { args }, context }: VerbContext): Found | null {
  const known = member(args, 'aside');
  const name = typeof known === 'string' ? known : asideName(textArgument(args, 'name'), context.run);
  return engine.objects.find({ type: 'service', name });
}

async function stopped(verb: VerbContext, found: Found): Promise<void> {
  const { calls } = verb.engine;
  if (found.life?.state === 'paused') await verb.send(calls.resume(verb.object));
  if (isUp(found)) await verb.send(calls.stop(verb.object));
}

async function setPolicy(verb: VerbContext, restart: Json): Promise<void> {
  const config = verb.look()?.config ?? {};
  const { container = null } = config;
  if (!isJsonObject(container) || typeof restart !== 'string' || memberAt(container, 'restart') === restart) return;
  await verb.send(verb.engine.calls.update(verb.object, { container: { ...container, restart } }));
}
