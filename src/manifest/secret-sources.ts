/**
 * Where secrets come from: files and commands. Reading takes time and interpolation does not wait, so a secret that is
 * not known yet is noted, fetched, and found when interpolation runs again.
 */
import { readFile, stat } from 'node:fs/promises';

const MAX_BYTES = 1024 * 1024;
const COMMAND_TIMEOUT_MS = 60_000;

/** Runs a command that prints a secret; rejects when it fails. */
export type RunCommand = (
  command: readonly string[],
  options: { readonly cwd: string; readonly signal: AbortSignal },
) => Promise<string>;

export type SecretSource =
  | { readonly source: 'file'; readonly path: string }
  | { readonly source: 'command'; readonly command: readonly string[]; readonly cwd: string };

export type SecretReading =
  | { readonly status: 'pending' }
  | { readonly status: 'known'; readonly plain: string }
  /** The reason never holds what was read. */
  | { readonly status: 'failed'; readonly reason: string };

/** Why a source must not be asked; `null` when it may. */
export type SecretGuard = (source: SecretSource) => Promise<string | null>;

export class SecretSources {
  readonly #runCommand: RunCommand;
  readonly #guard: SecretGuard | null;
  readonly #readings = new Map<string, SecretReading>();
  readonly #pending = new Map<string, SecretSource>();
  readonly #sources = new Map<string, SecretSource>();

  constructor(runCommand: RunCommand = commandRunner(process.env), guard: SecretGuard | null = null) {
    this.#runCommand = runCommand;
    this.#guard = guard;
  }

  /** What was read, in the order of asking. */
  get known(): readonly SecretSource[] {
    return [...this.#sources.values()];
  }

  get hasPending(): boolean {
    return this.#pending.size > 0;
  }

  read(source: SecretSource): SecretReading {
    const id = JSON.stringify(source);
    const reading = this.#readings.get(id);
    if (reading !== undefined) return reading;
    this.#pending.set(id, source);
    this.#sources.set(id, source);
    return { status: 'pending' };
  }

  /** Fetches what was asked for and is not known yet. Failures are readings too; only an abort is thrown. */
  async fetch(signal: AbortSignal): Promise<void> {
    const wanted = [...this.#pending];
    this.#pending.clear();
    await Promise.all(
      wanted.map(async ([id, source]) => {
        this.#readings.set(id, await this.#fetchOne(source, signal));
      }),
    );
    signal.throwIfAborted();
  }

  async #fetchOne(source: SecretSource, signal: AbortSignal): Promise<SecretReading> {
    try {
      const reason = this.#guard === null ? null : await this.#guard(source);
      if (reason !== null) return { status: 'failed', reason };
      const text =
        source.source === 'file' ? await readSecretFile(source.path, signal) : await this.#run(source, signal);
      const plain = text.replace(/\r?\n$/, '');
      return plain === '' ? { status: 'failed', reason: 'it is empty' } : { status: 'known', plain };
    } catch (error) {
      return { status: 'failed', reason: reasonOf(error) };
    }
  }

  async #run(
    source: { readonly command: readonly string[]; readonly cwd: string },
    signal: AbortSignal,
  ): Promise<string> {
    return this.#runCommand(source.command, { cwd: source.cwd, signal });
  }
}

async function readSecretFile(path: string, signal: AbortSignal): Promise<string> {
  const found = await stat(path);
  if (!found.isFile()) throw new UnfitFile('it is no regular file');
  if (found.size > MAX_BYTES) throw new UnfitFile('it is larger than 1 MiB');
  return readFile(path, { encoding: 'utf8', signal });
}

/** Runs commands with these variables: a daemon may read manifests for somebody who has others than it has itself. */
export function commandRunner(environment: NodeJS.ProcessEnv): RunCommand {
  return async ([file = '', ...args], { cwd, signal }) => {
    const { execa } = await import('execa');
    const { stdout } = await execa(file, args, {
      cwd,
      env: environment,
      extendEnv: false,
      cancelSignal: signal,
      timeout: COMMAND_TIMEOUT_MS,
      forceKillAfterDelay: 1000,
      maxBuffer: MAX_BYTES,
      stdin: 'ignore',
    });
    return stdout;
  };
}

/** A file that is no secret; the message is ours. */
class UnfitFile extends Error {}

/** Only what is surely no secret: ours, an exit status, or a code. The messages of others may quote what was printed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it failed';
  if ('code' in error && error.code === 'ENOENT') return 'it does not exist';
  if ('code' in error && error.code === 'EACCES') return 'permission is denied';
  if ('timedOut' in error && error.timedOut === true) return `it took longer than ${COMMAND_TIMEOUT_MS / 1000} s`;
  if ('isMaxBuffer' in error && error.isMaxBuffer === true) return 'it printed more than 1 MiB';
  if ('exitCode' in error && typeof error.exitCode === 'number') return `it exited with status ${error.exitCode}`;
  if ('signal' in error && typeof error.signal === 'string') return `it was ended by ${error.signal}`;
  if ('code' in error && typeof error.code === 'string') return `it failed with ${error.code}`;
  return error instanceof UnfitFile ? error.message : 'it failed';
}
