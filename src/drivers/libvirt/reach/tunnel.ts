/**
 * Ways to sockets and ports inside of guests, over their ssh: one ssh program for each, begun with the first stream and ended with
 * the connection that asked for it. It ends with trueup in whatever way that ends, because its input does.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { connect as connectSocket, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { errnoOf } from '../../../files/errno.ts';
import { type PrivateFolder, privateFolder } from '../../../files/private-folder.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { ConnectTarget } from '../../reach.ts';
import { type SshTarget, sshArguments } from './ssh.ts';

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

interface Tunnel {
  readonly child: Child;
  readonly folder: PrivateFolder;
  /** The socket on this side. */
  readonly path: string;
}

const READY = 'ready';
const LONGEST_WORDS = 2000;
const OPEN_WITHIN_MS = 20_000;

export class Tunnels {
  readonly #open = new Map<string, Promise<Tunnel>>();
  readonly #closing = new AbortController();

  /** Rejects where nobody lets us in. Behind a place where nobody listens the stream ends at once. */
  async connect(target: SshTarget, place: ConnectTarget, signal: AbortSignal): Promise<Socket> {
    const key = `${target.vm} ${'path' in place ? place.path : place.port}`;
    const opening = this.#open.get(key) ?? this.#begin(key, target, place);
    try {
      const { path } = await unlessAborted(opening, signal);
      return await connected(path, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (this.#open.get(key) === opening) this.#open.delete(key);
      throw error;
    }
  }

  /** One for all who want to get there: it is nobody's to call off but ours. */
  #begin(key: string, target: SshTarget, place: ConnectTarget): Promise<Tunnel> {
    const opening = openTunnel(target, place, this.#closing.signal);
    this.#open.set(key, opening);
    const forget = (): void => {
      if (this.#open.get(key) === opening) this.#open.delete(key);
    };
    opening.then(({ child }) => child.once('exit', forget), forget);
    return opening;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const tunnels = await Promise.allSettled(this.#open.values());
    this.#open.clear();
    await Promise.all(tunnels.flatMap((tunnel) => (tunnel.status === 'fulfilled' ? [closed(tunnel.value)] : [])));
  }
}

/** The wait ends; what is waited for goes on for others. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('it was called off'));
  signal.addEventListener('abort', stop, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', stop));
}

async function openTunnel(target: SshTarget, place: ConnectTarget, signal: AbortSignal): Promise<Tunnel> {
  const args = await sshArguments(target);
  if (args === null) throw refused(target.vm, place, 'no forwarded port leads to its ssh');
  const folder = await privateFolder('trueup-tunnel-');
  const path = join(folder.path, 'way');
  const there = 'path' in place ? place.path : `127.0.0.1:${place.port}`;
  // By the time that the command says so, the way is open.
  const command = `echo ${READY}; exec cat >/dev/null`;
  const options = ['-T', '-o', 'ExitOnForwardFailure=yes', '-L', `${path}:${there}`];
  const child = spawn('ssh', [...options, ...args, '--', command], { stdio: ['pipe', 'pipe', 'pipe'] });
  try {
    await saidReady(child, AbortSignal.any([signal, AbortSignal.timeout(OPEN_WITHIN_MS)]));
  } catch (error) {
    await closed({ child, folder, path });
    signal.throwIfAborted();
    throw refused(target.vm, place, error instanceof Error ? error.message : String(error), error);
  }
  return { child, folder, path };
}

function saidReady(child: Child, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let words = '';
  const late = (): void => reject(new Error('ssh does not get there in time'));
  signal.addEventListener('abort', late, { once: true });
  child.stdin.on('error', () => undefined);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (text.includes(READY)) resolve();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-LONGEST_WORDS);
  });
  child.once('error', (error) =>
    reject(errnoOf(error) === 'ENOENT' ? new Error('ssh is not installed, or not on the PATH') : error),
  );
  child.once('exit', (status) => reject(new Error(words.trim() || `ssh ended with status ${status ?? 'of a signal'}`)));
  if (signal.aborted) late();
  return promise.finally(() => signal.removeEventListener('abort', late));
}

function connected(path: string, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  signal.throwIfAborted();
  const socket = connectSocket({ path, signal });
  socket.once('error', reject);
  socket.once('connect', () => {
    socket.removeListener('error', reject);
    resolve(socket);
  });
  return promise;
}

async function closed({ child, folder }: Tunnel): Promise<void> {
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) resolve();
  else child.once('exit', () => resolve());
  child.kill();
  await gone;
  await folder[Symbol.asyncDispose]();
}

function refused(vm: string, place: ConnectTarget, why: string, cause?: unknown): TrueupError {
  const what = 'path' in place ? place.path : `port ${place.port}`;
  return new TrueupError('step_failed', `${what} in machine ${vm} cannot be reached: ${why}`, {
    cause,
    retryable: true,
    fields: { vm, ...place },
    next: 'declare ready.ssh with a user and a key, and forward a port to it',
  });
}
