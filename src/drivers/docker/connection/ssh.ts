/**
 * A connection to an engine on another machine: the ssh program of this one, running `docker system dial-stdio` over there,
 * so that the user's keys, agent and configuration of ssh count. It never asks anything.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { Duplex, type Readable, type Writable } from 'node:stream';
import { errnoOf } from '../../../files/errno.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { SshEndpoint } from './endpoint.ts';

const LONGEST_WORDS = 2000;
const SECOND = 1000;

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** The stream over the child's input and output. Destroying it ends the child. `timeout` is in milliseconds. */
export function connectBySsh(endpoint: SshEndpoint, timeout: number): Duplex {
  const child = spawn('ssh', sshArguments(endpoint, timeout), { stdio: ['pipe', 'pipe', 'pipe'] });
  return new SshConnection(child, endpoint);
}

function sshArguments({ host, user, port, socket }: SshEndpoint, timeout: number): readonly string[] {
  // A little earlier than our own deadline, so that ssh can say what it waited for.
  const patience = Math.max(1, Math.floor(timeout / SECOND) - 2);
  const command =
    socket === null ? 'docker system dial-stdio' : `docker --host ${quoted(`unix://${socket}`)} system dial-stdio`;
  return [
    '-T',
    '-oBatchMode=yes',
    '-oServerAliveInterval=15',
    `-oConnectTimeout=${patience}`,
    ...(user === null ? [] : ['-l', user]),
    ...(port === null ? [] : ['-p', String(port)]),
    '--',
    host,
    command,
  ];
}

/** For the shell over there. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

class SshConnection extends Duplex {
  readonly #child: Child;
  readonly #endpoint: SshEndpoint;
  #words = '';

  constructor(child: Child, endpoint: SshEndpoint) {
    super();
    this.#child = child;
    this.#endpoint = endpoint;
    child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout.pause();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#words = (this.#words + text).slice(-LONGEST_WORDS);
    });
    // The child's end says more than a pipe that breaks because of it.
    child.stdin.on('error', () => undefined);
    child.once('error', (error) => this.destroy(notStarted(endpoint, error)));
    child.once('close', (status) => this.#ended(status));
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#child.stdin.write(chunk, () => done());
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#child.stdin.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#child.stdin.destroy();
    this.#child.kill();
    done(error);
  }

  #ended(status: number | null): void {
    if (this.destroyed) return;
    if (status === 0) this.push(null);
    else this.destroy(failed(this.#endpoint, status, this.#words));
  }

  // What agents ask of a socket. An idle connection must not keep the process alive.

  ref(): this {
    this.#child.ref();
    for (const stream of this.#pipes()) stream.ref();
    return this;
  }

  unref(): this {
    this.#child.unref();
    for (const stream of this.#pipes()) stream.unref();
    return this;
  }

  setTimeout(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  #pipes(): readonly Socket[] {
    const { stdin, stdout, stderr } = this.#child;
    return [stdin, stdout, stderr] as unknown as readonly Socket[];
  }
}

function notStarted({ text, source }: SshEndpoint, cause: Error): TrueupError {
  const missing = errnoOf(cause) === 'ENOENT';
  const why = missing ? 'there is no ssh program on the PATH' : `ssh does not start: ${cause.message}`;
  return new TrueupError('engine_unreachable', `cannot reach the engine at ${text}: ${why}`, {
    cause,
    fields: { endpoint: text, source },
    next: 'install OpenSSH, or name the engine otherwise',
  });
}

function failed({ text, source, user, host }: SshEndpoint, status: number | null, words: string): TrueupError {
  const said = words.trim().replaceAll(/\s*\n\s*/g, '; ') || `ended with status ${status ?? 'of a signal'}`;
  const target = user === null ? host : `${user}@${host}`;
  return new TrueupError('engine_unreachable', `cannot reach the engine at ${text}: ssh: ${said}`, {
    retryable: true,
    fields: { endpoint: text, source, exit_code: status },
    next: `make \`ssh ${target} docker version\` work without asking anything, and try again`,
  });
}
