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
import type { ContainerInspect } from '../api/wire.ts';
import type { Endpoint } from '../connection/endpoint.ts';
import type { KnownPlaces } from './known-places.ts';
import { type Place, placeOf } from './place.ts';
import { routesTo } from './routes.ts';
import { runningContainer } from './running.ts';

export interface Reaching {
  readonly reader: EngineReader;
  readonly endpoint: Endpoint;
  /** `null` where nobody listens to the engine. */
  readonly places: KnownPlaces | null;
}

/** Where a container is known to be it is tried there first, and asked for where that fails. */
export async function connectTo(
  reaching: Reaching,
  object: ObjectReference,
  target: ConnectTarget,
  signal: AbortSignal,
): Promise<Duplex> {
  signal.throwIfAborted();
  const { reader, endpoint } = reaching;
  const { name } = object;
  const inspect = (): Promise<ContainerInspect> => runningContainer(reader, object, signal);
  const places = await placesFor(reaching, signal);
  if (places === null) return openTo(placeOf(await inspect()), endpoint, object, target, signal);
  const known = places.get(name);
  if (known !== null) {
    const socket = await openTo(known, endpoint, object, target, signal).catch(() => null);
    // What was heard meanwhile may have led to somebody else.
    if (socket !== null && places.get(name) === known) return socket;
    socket?.destroy();
    signal.throwIfAborted();
    places.forget(name);
  }
  return openTo(await places.find(name, inspect), endpoint, object, target, signal);
}

/** An engine elsewhere may be cut off without a word, and what Podman tells of is less. */
async function placesFor({ reader, endpoint, places }: Reaching, signal: AbortSignal): Promise<KnownPlaces | null> {
  if (places === null || endpoint.kind !== 'unix') return null;
  return (await reader.facts(signal)).kind === 'docker' ? places : null;
}

async function openTo(
  container: Place,
  endpoint: Endpoint,
  object: ObjectReference,
  target: ConnectTarget,
  signal: AbortSignal,
): Promise<Socket> {
  const routes =
    'path' in target
      ? [{ path: hostPath(container, endpoint, target.path, object) }]
      : routesTo(container, target.port, endpoint);
  const what = 'path' in target ? `the socket ${target.path}` : `port ${target.port}`;
  if (routes.length === 0) throw unreachable(what, object, endpoint);
  const refusals: string[] = [];
  for (const route of routes) {
    try {
      return await open(route, signal);
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
  if (mount !== undefined && endpoint.kind === 'unix') {
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
    signal.throwIfAborted();
    return await promise;
  } finally {
    socket.removeListener('error', reject);
    signal.removeEventListener('abort', abort);
  }
}
