/**
 * One connection through ssh. A port is reached on ssh's own input and output; a socket through one of our own that ssh carries on.
 * Lima's shared connection is passed by: a dead one would answer nobody.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { duplexPair, type Duplex } from 'node:stream';
import { TrueupError } from '../../../model/failure.ts';
import type { ConnectTarget } from '../../reach.ts';

export interface SshPlace {
  readonly file: string;
  readonly host: string;
}

export type Tunnel = { readonly stream: Duplex } | { readonly refused: string };

const CONNECT_SECONDS = 10;

export function openTunnel(place: SshPlace, target: ConnectTarget, signal: AbortSignal): Promise<Tunnel> {
  return 'port' in target ? toPort(place, target.port, signal) : toSocket(place, target.path, signal);
}

function sshArguments({ file }: SshPlace): readonly string[] {
  const options = ['BatchMode=yes', 'ControlMaster=no', 'ControlPath=none', `ConnectTimeout=${CONNECT_SECONDS}`];
  return ['-F', file, '-S', 'none', ...options.flatMap((option) => ['-o', option])];
}

/** In its log on its second level, ssh says what came of the connection. */
const OPENED = /channel \d+: open confirm/;
const REFUSED = /channel \d+: open failed: (.*)/;

async function toPort(place: SshPlace, port: number, signal: AbortSignal): Promise<Tunnel> {
  signal.throwIfAborted();
  const { execa } = await import('execa');
  const child = execa('ssh', [...sshArguments(place), '-o', 'LogLevel=DEBUG2', '-W', `127.0.0.1:${port}`, place.host], {
    stdin: 'pipe',
    buffer: false,
    reject: false,
    cancelSignal: signal,
    forceKillAfterDelay: 1000,
  });
  const verdict = Promise.withResolvers<string | null>();
  let last = 'ssh ended';
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (OPENED.test(line)) verdict.resolve(null);
    const refused = REFUSED.exec(line)?.[1];
    if (refused !== undefined) verdict.resolve(refused.trim());
    if (!line.startsWith('debug')) last = line.trim();
  });
  void child.then((done) => verdict.resolve(done.code === 'ENOENT' ? 'ssh is not on the PATH' : last));
  const refused = await verdict.promise;
  if (refused !== null) child.kill();
  signal.throwIfAborted();
  if (refused !== null) return { refused };
  const [near, far] = duplexPair();
  far.pipe(child.stdin);
  child.stdout.pipe(far);
  for (const stream of [child.stdin, far]) stream.on('error', () => near.destroy());
  near.once('close', () => child.kill());
  return { stream: near };
}

/** It accepts a connection before anybody in the guest has: who is refused there finds the stream closed. */
async function toSocket(place: SshPlace, path: string, signal: AbortSignal): Promise<Tunnel> {
  signal.throwIfAborted();
  const folder = await mkdtemp(join(tmpdir(), 'trueup-ssh-'));
  const local = join(folder, 'sock');
  const { execa } = await import('execa');
  const words = ['-o', 'ExitOnForwardFailure=yes', '-o', 'LogLevel=DEBUG1', '-N', '-L', `${local}:${path}`, place.host];
  const child = execa('ssh', [...sshArguments(place), ...words], {
    stdin: 'ignore',
    stdout: 'ignore',
    buffer: false,
    reject: false,
    cancelSignal: signal,
    forceKillAfterDelay: 1000,
  });
  const verdict = Promise.withResolvers<string | null>();
  let last = 'ssh ended';
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (/Entering interactive session/.test(line)) verdict.resolve(null);
    if (!line.startsWith('debug')) last = line.trim();
  });
  void child.then(() => {
    verdict.resolve(last);
    return rm(folder, { recursive: true, force: true });
  });
  const refused = await verdict.promise;
  if (refused !== null) return { refused };
  const stream = connectSocket(local);
  stream.once('close', () => child.kill());
  const opened = Promise.withResolvers<void>();
  stream.once('connect', () => opened.resolve());
  stream.once('error', (error) => opened.reject(error));
  try {
    await opened.promise;
  } catch (error) {
    child.kill();
    signal.throwIfAborted();
    throw new TrueupError('step_failed', `ssh does not carry ${path}`, { cause: error, fields: { path } });
  }
  return { stream };
}
