/**
 * The data of a volume as a tar archive, and back, through a container that is made for it and never run: the engine itself
 * packs and unpacks, with owners, modes and links. The container carries an address of its own, so that one which a crash
 * leaves behind is no longer declared, and goes with the next apply.
 */
import { addressOf } from '../../../model/address.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { StepContext } from '../../step-context.ts';
import type { EngineWriter } from '../api/engine-api.ts';
import { LABEL } from '../labels.ts';
import { nameOf } from './containers.ts';
import { type Helper, type HelperCalls, ensureHelper, removeHelper } from './helper-containers.ts';
import { isOurs, nameInUse, objectMissing } from './ownership.ts';
import { sendCall } from './sending.ts';
import { emptied, filled } from './volume-filling.ts';

/** Where the helper has the volume: directly below the root of its file system. */
const PLACE = 'trueup-data';

const CLEANUP_MS = 10_000;

export async function* readVolume(
  api: EngineWriter,
  name: string,
  context: StepContext,
): AsyncGenerator<Uint8Array, void> {
  const calls = callsOf(api, context, context.signal);
  // A container that mounts what is not there would make it.
  if ((await api.volume(name, context.signal)) === null) throw objectMissing('volume', name);
  await assertNobody(calls, name, 'writes to');
  const helper = await ensureHelper(calls, helperOf(name, true));
  try {
    const tar = await api.readArchive(helper, `/${PLACE}/.`, context.signal);
    try {
      for await (const chunk of tar) yield chunk as Uint8Array;
    } finally {
      tar.destroy();
    }
  } finally {
    await dropHelper(api, name, context);
  }
}

export async function writeVolume(
  api: EngineWriter,
  name: string,
  archive: AsyncIterable<Uint8Array>,
  context: StepContext,
): Promise<void> {
  const calls = callsOf(api, context, context.signal);
  const found = await api.volume(name, context.signal);
  if (found === null) throw objectMissing('volume', name, 'apply first, so that there is a volume to fill');
  if (!isOurs(found.Labels, context)) throw nameInUse('volume', name, found.Labels);
  await assertNobody(calls, name, 'uses');
  // One that was left by somebody who only read cannot be written through.
  await removeHelper(calls, helperName(name), LABEL.dataOf);
  const helper = await ensureHelper(calls, helperOf(name, false));
  try {
    await emptied(api, { helper, place: PLACE, volume: name }, context.signal);
    await filled(api, { helper, place: PLACE }, archive, context.signal);
  } finally {
    await dropHelper(api, name, context);
  }
}

function helperName(volume: string): string {
  return `${volume}.snapshot`;
}

function helperOf(volume: string, readOnly: boolean): Helper {
  return {
    name: helperName(volume),
    address: addressOf('service', helperName(volume)),
    from: volume,
    label: LABEL.dataOf,
    mounts: [
      { Type: 'volume', Source: volume, Target: `/${PLACE}`, ReadOnly: readOnly, VolumeOptions: { NoCopy: true } },
    ],
  };
}

function callsOf(api: EngineWriter, context: StepContext, signal: AbortSignal): HelperCalls {
  return { api, context, signal, send: (call, tookEffect) => sendCall(signal, call, tookEffect) };
}

/** Also where the run was interrupted: it would hold the volume. */
async function dropHelper(api: EngineWriter, volume: string, context: StepContext): Promise<void> {
  const calls = callsOf(api, context, AbortSignal.timeout(CLEANUP_MS));
  await removeHelper(calls, helperName(volume), LABEL.dataOf).catch(() => undefined);
}

const LIVING: readonly string[] = ['running', 'paused', 'restarting'];

/** Whoever it belongs to: what is written meanwhile would be half in it. */
async function assertNobody({ api, signal }: HelperCalls, volume: string, what: 'uses' | 'writes to'): Promise<void> {
  const living = (await api.containers(signal)).filter(({ State: state }) => LIVING.includes(state));
  const users = living.filter(({ Mounts: mounts }) =>
    (mounts ?? []).some(({ Name: name, RW: writable }) => name === volume && (what === 'uses' || writable !== false)),
  );
  if (users.length === 0) return;
  const names = users.map(({ Names: found }) => nameOf({ Name: found[0] ?? '' }));
  throw new TrueupError('object_in_use', `${names.join(', ')} ${what} the volume ${volume} right now`, {
    fields: { name: volume, users: names },
    next: 'stop it, or have it mount the volume read-only, and try again',
  });
}
