/** Takes containers down: first asked, with the grace time that they were made with, and removed only when they are down. */
import { setTimeout as delay } from 'node:timers/promises';
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { ContainerInspect } from '../api/wire.ts';
import { ownershipFrom } from '../labels.ts';
import { optionalText, optionalTextMap } from './arguments.ts';
import { identity, isUp, meantContainer, nameOf } from './containers.ts';
import { forgetImage, type KeptFor } from './kept-images.ts';
import { assertVolumeOurs } from './other-users.ts';
import { statusOf } from './refusals.ts';
import { unpause } from './start.ts';
import type { VerbContext } from './verb.ts';

/** What engines take where nothing is set. */
const DEFAULT_GRACE_SECONDS = 10;

export async function stop(verb: VerbContext): Promise<JsonObject> {
  const found = await meantContainer(verb);
  const volume = optionalText(verb.args, 'remade_volume');
  if (found !== null && volume !== null) await assertVolumeOurs(verb, volume);
  if (found === null || !isUp(found)) return {};
  await bringDown(verb, found);
  return identity(found);
}

/** Without force: what runs again since its stop is stopped again, with its grace. */
export async function remove(verb: VerbContext): Promise<JsonObject> {
  const { args, context } = verb;
  const anonymous = optionalTextMap(args, 'anonymous');
  const found = await meantContainer(verb);
  if (found !== null) await takeAway(verb, found, anonymous !== null && holdsNoMore(found, anonymous));
  for (const name of new Set(Object.values(anonymous ?? {}))) await removeUnused(verb, name);
  const whose = keptFor(verb, found);
  if (args['forgets_image'] === true || whose.project !== context.ownership.project) await forgetImage(verb, whose);
  return found === null ? {} : identity(found);
}

/**
 * Whether all volumes that it mounts are these. The engine takes each along that it made itself, also one that a manifest has
 * claimed since: then each that goes is removed by its name.
 */
function holdsNoMore({ Mounts: mounts }: ContainerInspect, anonymous: Readonly<Record<string, string>>): boolean {
  const names = new Set(Object.values(anonymous));
  return (mounts ?? []).every(
    ({ Type: type, Name: name }) => type !== 'volume' || (name !== undefined && names.has(name)),
  );
}

/** As the container itself says: its project may be another one than that of the manifests by now. */
function keptFor({ context, step }: VerbContext, found: ContainerInspect | null): KeptFor {
  return ownershipFrom(found?.Config.Labels) ?? { project: context.ownership.project, address: step.address };
}

/** With `volumes` those go along that the engine itself made for it, and nobody else mounts. */
export async function takeAway(verb: VerbContext, found: ContainerInspect, volumes: boolean): Promise<void> {
  const { api, signal } = verb;
  await bringDown(verb, found);
  try {
    await verb.send((calling) => api.removeContainer(found.Id, { force: false, volumes }, calling));
  } catch (error) {
    signal.throwIfAborted();
    if (!(await isGoing(verb, found))) throw error;
  }
}

/** Asked with its grace time; done as well when it does not run. */
export async function bringDown(verb: VerbContext, found: ContainerInspect): Promise<void> {
  const { api, context, signal } = verb;
  if (!isUp(found)) return;
  context.progress(`stopping ${nameOf(found)}`);
  // Podman stops nothing that is paused.
  if (found.State.Paused) await unpause(verb, found);
  const grace = found.Config.StopTimeout ?? DEFAULT_GRACE_SECONDS;
  const isDown = async (): Promise<boolean> => {
    const now = await api.container(found.Id, signal);
    return now === null || !isUp(now);
  };
  try {
    await verb.send(
      (calling) => api.stopContainer(found.Id, grace, calling),
      async () => ((await isDown()) ? undefined : null),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (statusOf(error) === null || !(await isDown())) throw error;
  }
  if (await isDown()) return;
  throw new TrueupError('stop_timeout', `${nameOf(found)} still runs, although the engine says that it stopped it`, {
    fields: { name: nameOf(found), grace_seconds: grace },
    next: `look at what keeps it up, then apply again`,
  });
}

const GOING_POLLS = 100;
const POLL_MS = 100;

/** Whether somebody else's removal is under way, which is then waited for; or it is gone already. */
async function isGoing({ api, signal }: VerbContext, { Id: id }: ContainerInspect): Promise<boolean> {
  for (let poll = 0; poll < GOING_POLLS; poll += 1) {
    const now = await api.container(id, signal);
    if (now === null) return true;
    if (now.State.Status !== 'removing') return false;
    await delay(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
  return false;
}

/** An anonymous volume that was carried over has a name to the engine: it does not go along by itself. */
async function removeUnused(verb: VerbContext, name: string): Promise<void> {
  const { api, signal } = verb;
  try {
    await verb.send((calling) => api.removeVolume(name, calling));
  } catch (error) {
    signal.throwIfAborted();
    // Somebody mounts it, who keeps it.
    if (statusOf(error) !== 409) throw error;
  }
}
