/**
 * Makes a container that does not run. The engine gives a name away once, so that the call itself is the look; only where
 * the name is taken it is found out by whom.
 */
import { createHash } from 'node:crypto';
import { addressOf, keyOf } from '../../../model/address.ts';
import { TrueupError } from '../../../model/failure.ts';
import { fromImageOf } from '../../../model/from-image.ts';
import { canonicalJson, isJsonObject, type JsonObject, member, memberAt } from '../../../model/json.ts';
import type { ContainerInspect, CreateContainerBody, ImageInspect } from '../api/wire.ts';
import { broughtAlong } from '../fields/mounts.ts';
import type { BodyContext } from '../fields/group.ts';
import { createBody } from '../fields/service.ts';
import { composeLabels, LABEL, ownershipLabels } from '../labels.ts';
import { objectArgument, optionalText, textArgument, textMapArgument } from './arguments.ts';
import { attachAll } from './attachments.ts';
import { identity, isUp } from './containers.ts';
import { explainedCreate } from './create-failures.ts';
import { volumeRequest } from './make-volume.ts';
import { isOfRequest, isOwn, nameInUse } from './ownership.ts';
import { isNameTaken } from './refusals.ts';
import type { VerbContext } from './verb.ts';
import { settleMovesOf } from './volume-copy.ts';

export async function create(verb: VerbContext): Promise<JsonObject> {
  const { api, args, context, signal, step } = verb;
  const name = textArgument(args, 'name');
  const config = objectArgument(args, 'config');
  const image = await imageOf(verb, config);
  assertFewVolumes(name, config, image);
  const digest = requestDigest(verb, image);
  const facts = await api.facts(signal);
  context.progress(`creating ${name}`);
  const { ownership, vault } = context;
  const body = createBody(config, {
    address: step.address,
    key: keyOf(step.address),
    name: optionalText(args, 'final_name') ?? name,
    project: ownership.project,
    environment: ownership.environment,
    facts,
    labels: {
      ...ownershipLabels(ownership, step.address),
      ...composeLabels(step.address, config, ownership),
      [LABEL.request]: digest,
      [LABEL.image]: image.Id,
    },
    volumes: mountedVolumes(verb),
    networks: named(args, 'networks'),
    anonymous: textMapArgument(args, 'anonymous'),
    image,
    reveal: (secret) => vault.reveal(secret),
  });
  await settleMovesOf(verb, Object.values(textMapArgument(args, 'volumes')));
  const id = await createOnce(verb, { name, digest, body, platform: platformOf(config) });
  if (!facts.endpoints_at_create) await attachRest(verb, id);
  return identity({ Id: id });
}

interface Request {
  readonly name: string;
  readonly digest: string;
  readonly platform: string | null;
  readonly body: CreateContainerBody;
}

async function createOnce(verb: VerbContext, { name, digest, platform, body }: Request): Promise<string> {
  const { api, signal } = verb;
  const send = async (): Promise<string> =>
    verb.send(
      (calling) => api.createContainer(name, platform, body, calling),
      async () => {
        const found = await api.container(name, signal);
        return found !== null && isOfRequest(found.Config.Labels, digest) ? found.Id : null;
      },
    );
  try {
    return await send();
  } catch (error) {
    if (!isNameTaken(error)) throw explainedCreate(error, name);
  }
  const holder = await api.container(name, signal);
  if (holder !== null && isDone(verb, holder, digest)) return holder.Id;
  if (holder !== null) await makeWay(verb, holder, name);
  try {
    return await send();
  } catch (error) {
    throw explainedCreate(error, name);
  }
}

function isDone({ step, context }: VerbContext, { Config: config }: ContainerInspect, digest: string): boolean {
  return isOwn(config.Labels, step.address, context) && isOfRequest(config.Labels, digest);
}

/** What an interrupted run of ours made from another request, and never started, is made anew. */
async function makeWay(verb: VerbContext, holder: ContainerInspect, name: string): Promise<void> {
  const { api, context, step } = verb;
  if (!isOwn(holder.Config.Labels, step.address, context) || isUp(holder)) {
    throw nameInUse('container', name, holder.Config.Labels);
  }
  // Its volumes stay: it may be all that holds them.
  await verb.send((calling) => api.removeContainer(holder.Id, { force: false, volumes: false }, calling));
}

async function imageOf({ images, signal }: VerbContext, config: JsonObject): Promise<ImageInspect> {
  const reference = memberAt(config, 'container', 'image');
  if (typeof reference !== 'string') throw new TrueupError('internal', 'a container without an image');
  const found = await images.get(reference, signal);
  if (found !== null) return found;
  throw new TrueupError('object_missing', `the image ${reference} is not on the engine`, {
    fields: { name: reference },
    next: 'run `trueup pull`, or build or load it on this engine',
  });
}

/** Of what an image brings along volumes alone can be neither emptied nor switched off. */
function assertFewVolumes(name: string, config: JsonObject, image: ImageInspect): void {
  const most = fromImageOf(config)?.volumes ?? Number.POSITIVE_INFINITY;
  const { length: count } = broughtAlong(config, image);
  if (count <= most) return;
  const what = `its image has ${count} volumes that nobody declares, of which ${most} are allowed in a repo that is not yours`;
  throw new TrueupError('step_failed', `cannot create ${name}: ${what}`, {
    fields: { name, image: image.Id },
    next: 'declare what is to lie there (`storage`), or take another image',
  });
}

/** Of all that was asked for, secrets as their keyed hashes; whether it is to run is no part of it. */
function requestDigest({ args, step }: VerbContext, image: ImageInspect): string {
  const { config = null, networks = null, volumes = null, anonymous = null } = args;
  const request = { address: step.address, image: image.Id, config, networks, volumes, anonymous };
  return createHash('sha256').update(canonicalJson(request)).digest('hex');
}

/** With how an engine is to make those that are ours, where they are gone by now: else it makes them as nobody's. */
function mountedVolumes({ args, context }: VerbContext): BodyContext['volumes'] {
  const declared = member(args, 'declared_volumes');
  const volumes = Object.entries(named(args, 'volumes')).map(([key, { name }]) => {
    const config = memberAt(declared, key, 'config');
    if (!isJsonObject(config)) return [key, { name }] as const;
    const made = volumeRequest({ name, address: addressOf('volume', key), config }, context);
    return [key, { name, made, keepsDriver: memberAt(declared, key, 'driver_differs') === true }] as const;
  });
  return Object.fromEntries(volumes);
}

function named(args: JsonObject, argument: string): Readonly<Record<string, { readonly name: string }>> {
  const names = Object.entries(textMapArgument(args, argument));
  return Object.fromEntries(names.map(([key, name]) => [key, { name }]));
}

function platformOf(config: JsonObject): string | null {
  const platform = memberAt(config, 'container', 'platform');
  return typeof platform === 'string' ? platform : null;
}

/** What could not be given in the one call. */
async function attachRest(verb: VerbContext, id: string): Promise<void> {
  const { api, args, signal } = verb;
  const networks = memberAt(args, 'config', 'networking', 'networks');
  const endpoints = Object.entries(textMapArgument(args, 'networks')).flatMap(([key, network]) => {
    const attachment = member(networks, key);
    return isJsonObject(attachment) ? [{ network, attachment }] : [];
  });
  if (endpoints.length < 2) return;
  const found = await api.container(id, signal);
  if (found !== null) await attachAll(verb, found, endpoints);
}
