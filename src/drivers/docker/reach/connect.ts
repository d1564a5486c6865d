/**
 * A byte stream to a port or a socket of a container, from where trueup runs: over the port of the host where one is
 * published, else to the container's own address. Rejects when nobody listens; behind a port that the engine itself
 * holds open for a container, that shows only when the stream ends at once.
 */
import { connect as connectSocket, type NetConnectOpts, type Socket } from 'node:net';
import { posix } from 'node:path';
import type { Duplex } from 'node:stream';
import { TrueupError } from '../../../model/failure.ts';
import type { ConnectTarget } from '../../reach.ts';
import type { ObjectReference } from '../../scope.ts';
import type { EngineReader } from '../api/engine-api.ts';
import type { Endpoint } from '../connection/endpoint.ts';
import { untilAborted } from '../api/until-aborted.ts';
import type { Found, Kept, KnownPlaces } from './known-places.ts';
import { type Place, placeOf } from './place.ts';
import { routesTo } from './routes.ts';
import { runningContainer } from './running.ts';

/** So long an engine may take to say that a container is no longer where it was. */
const PATIENCE_MS = 250;

export interface Reaching {
  readonly reader: EngineReader;
  readonly endpoint: Endpoint;
  /** `null` where nobody listens to the engine. */
  readonly places: KnownPlaces | null;
}

/**
 * Where a container is known to be it is tried there first, and asked for where that fails. An engine that does not answer
 * is not waited for where it is known from before; where it is not, this rejects with `engine_unreachable`, for then
 * nothing is known of the service.
 */
export async function connectTo(
  reaching: Reaching,
  object: ObjectReference,
  target: ConnectTarget,
  signal: AbortSignal,
): Promise<Duplex> {
  signal.throwIfAborted();
  const { reader, endpoint } = reaching;
  // An engine elsewhere may be cut off without a word.
  const places = endpoint.kind === 'unix' ? reaching.places : null;
  const open = (place: Place): Promise<Duplex> => openTo(place, endpoint, object, target, signal);
  if (places === null) {
    return open(placeOf(await told(runningContainer(reader, object, signal), object, signal)));
  }
  const kept = await keptPlace(places, reader, object, signal);
  const socket = kept === null ? null : await openKept(places, kept, object, open, signal);
  return socket ?? (await open(await placeNow(places, reader, object, signal)));
}

/** Where it was last; an engine that has something to say against that gets a moment to say it. */
async function keptPlace(
  places: KnownPlaces,
  reader: EngineReader,
  object: ObjectReference,
  signal: AbortSignal,
): Promise<Kept | null> {
  const kept = places.get(object.name);
  if (kept === null || places.isFresh(kept)) return kept;
  const asking = places.asking(object.name) ?? places.ask(object.name, () => inspected(reader, object));
  await told(endedWithin(asking.answer, PATIENCE_MS - places.ageOf(asking)), object, signal);
  return places.get(object.name);
}

/** `null` where it is not there any more. */
async function openKept(
  places: KnownPlaces,
  kept: Kept,
  { name }: ObjectReference,
  open: (place: Place) => Promise<Duplex>,
  signal: AbortSignal,
): Promise<Duplex | null> {
  const socket = await open(kept.place).catch(() => null);
  // What was heard meanwhile may have led to somebody else.
  if (socket !== null && places.get(name) === kept) return socket;
  socket?.destroy();
  signal.throwIfAborted();
  return null;
}

async function placeNow(
  places: KnownPlaces,
  reader: EngineReader,
  object: ObjectReference,
  signal: AbortSignal,
): Promise<Place> {
  const joined = places.asking(object.name);
  if (joined !== null) {
    const place = await told(
      joined.answer.catch(() => null),
      object,
      signal,
    );
    // What was heard before we joined may have made it void, and who asked may have hung up.
    if (place !== null && places.get(object.name)?.place === place) return place;
  }
  return told(places.ask(object.name, () => inspected(reader, object)).answer, object, signal);
}

/** Nobody's signal ends it: the next one who wants to know needs the answer, too. */
async function inspected(reader: EngineReader, object: ObjectReference): Promise<Found> {
  const { signal } = new AbortController();
  const [container, { kind }] = await Promise.all([runningContainer(reader, object, signal), reader.facts(signal)]);
  // What Podman tells of is less.
  return { container, isToldOf: kind === 'docker' };
}

/** An answer of the engine. That it does not come says nothing of the service. */
async function told<T>(answer: Promise<T>, { name }: ObjectReference, signal: AbortSignal): Promise<T> {
  try {
    return await untilAborted(answer, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new TrueupError('engine_unreachable', `the engine does not say where service ${name} is`, {
      retryable: true,
      cause: error,
      fields: { name },
      next: 'look at whether the engine hangs (`trueup doctor`), and try again',
    });
  }
}

/** Whether it ends well or not. */
async function endedWithin(answer: Promise<unknown>, milliseconds: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, Math.max(0, milliseconds));
  await Promise.race([promise, answer.catch(() => undefined)]);
  clearTimeout(timer);
}

async function openTo(
  container: Place,
  endpoint: Endpoint,
  object: ObjectReference,
  target: ConnectTarget,
  signal: AbortSignal,
): Promise<Duplex> {
  const routes =
    'path' in target
      ? [{ path: hostPath(container, endpoint, target.path, object) }]
      : routesTo(container, target.port, endpoint);
  const what = 'path' in target ? `the socket ${target.path}` : `port ${target.port}`;
  if (routes.length === 0) throw unreachable(what, object, endpoint);
  const refusals: string[] = [];
  for (const route of routes) {
    try {
      return await (endpoint.kind === 'inside' ? endpoint.dial(route, signal) : open(route, signal));
    } catch (error) {
      signal.throwIfAborted();
      refusals.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new TrueupError('step_failed', `nobody answers on ${what} of service ${object.name}: ${refusals.join('; ')}`, {
    retryable: true,
    fields: { name: object.name, ...target },
    next: 'look at its logs for whether it listens there, and on all addresses of the container',
  });
}

/** Only what a mount brings out of the container can be reached from outside. */
function hostPath(
  { mounts, workingDirectory }: Place,
  endpoint: Endpoint,
  path: string,
  { name }: ObjectReference,
): string {
  const inside = posix.resolve('/', workingDirectory, path);
  const holding = mounts
    .filter(({ Type, Destination }) => Type === 'bind' && !posix.relative(Destination, inside).startsWith('..'))
    .toSorted((left, right) => right.Destination.length - left.Destination.length);
  const [mount] = holding;
  if (mount !== undefined && (endpoint.kind === 'unix' || endpoint.kind === 'inside')) {
    return posix.join(mount.Source, posix.relative(mount.Destination, inside));
  }
  throw new TrueupError('step_failed', `the socket ${inside} of service ${name} cannot be reached from outside`, {
    fields: { name, path: inside },
    next: 'mount a folder of this machine where the socket is, let it listen on a port, or test it from inside',
  });
}

function unreachable(what: string, { name }: ObjectReference, endpoint: Endpoint): TrueupError {
  const message = `${what} of service ${name} cannot be reached from here: ${reasonFor(endpoint)}`;
  return new TrueupError('step_failed', message, {
    fields: { name, endpoint: endpoint.text },
    next: 'publish the port where it can be reached, or test it from inside with `test`',
  });
}

function reasonFor({ kind }: Endpoint): string {
  if (kind !== 'unix') return 'it is published on no address of the other machine but its loopback, or on none';
  return process.platform === 'linux'
    ? 'it is not published, and the container has no address'
    : 'it is not published, and addresses of containers cannot be reached on this system';
}

async function open(route: NetConnectOpts, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connectSocket(route);
  const abort = (): void => {
    socket.destroy();
    reject(signal.reason);
  };
  signal.addEventListener('abort', abort, { once: true });
  socket.once('error', reject);
  socket.once('connect', () => resolve(socket));
  try {
    return await promise;
  } finally {
    socket.removeListener('error', reject);
    signal.removeEventListener('abort', abort);
  }
}
