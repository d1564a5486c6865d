/** Runs a command beside a service: with its environment, in its folder, in a process group of its own. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { errnoOf } from '../../files/errno.ts';
import { TrueupError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ExecOptions, ExecResult } from '../reach.ts';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import type { Engine } from './engine.ts';
import { readRegistered } from './entry.ts';
import { serviceEnvironment } from './environment.ts';
import { markerOf } from './layout.ts';
import { serviceSettings } from './service-settings.ts';
import { lookAtService } from './sights.ts';
import { TailBuffer } from '../tail-buffer.ts';
import { volumeFolders } from './volume-folders.ts';

const DEFAULT_MAX_OUTPUT = 65_536;
/** How long what the command left behind may keep its output open. */
const DRAIN_MS = 100;

export async function execInService(
  engine: Engine,
  name: string,
  config: JsonObject,
  [file = '', ...args]: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  options.signal.throwIfAborted();
  const entry = readRegistered(engine.root, 'service', name)?.entry ?? null;
  const sight = (await lookAtService(engine, name, options.signal))?.sight;
  if (entry === null || sight?.state !== 'running') throw notRunning(name, sight?.state ?? 'missing');
  const settings = serviceSettings(config);
  const volumes = await volumeFolders(engine.root, name, entry);
  const marker = markerOf(engine.root, name);
  const declared = { ...settings.variables, ...options.environment };
  const env = serviceEnvironment({ declared, volumes, marker, vault: options.vault });
  const cwd = resolve(settings.cwd, options.workingDirectory ?? '.');
  return run(file, args, { cwd, env: { ...env, PWD: cwd } }, options);
}

interface Place {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

function run(file: string, args: readonly string[], place: Place, options: ExecOptions): Promise<ExecResult> {
  const isInteractive = options.interactive === true;
  const output = new TailBuffer(options.maxOutput ?? DEFAULT_MAX_OUTPUT);
  const { promise, resolve: end, reject } = Promise.withResolvers<ExecResult>();
  const finish = (exitCode: number): void => {
    options.signal.removeEventListener('abort', abort);
    end({ exit_code: exitCode, output: output.text() });
  };
  // A terminal belongs to one process group: an interactive command has to stay in ours.
  const child = spawn(file, args, {
    ...place,
    detached: !isInteractive,
    stdio: isInteractive ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  const abort = (): void => {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
      kill(child.pid, !isInteractive);
    reject(options.signal.reason);
  };
  options.signal.addEventListener('abort', abort, { once: true });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => output.add(chunk));
  child.once('error', (error) => {
    const isMissing = errnoOf(error) === 'ENOENT';
    // The system says the same of a program and of a folder that is not there.
    const isHomeless = isMissing && !existsSync(place.cwd);
    const message = isHomeless ? `the folder ${place.cwd}, in which it is to run, is not there` : error.message;
    output.add(Buffer.from(`${message}\n`));
    finish(isMissing && !isHomeless ? 127 : 126);
  });
  child.once('exit', (code, signal) => {
    const status = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
    child.once('close', () => finish(status));
    setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, DRAIN_MS).unref();
  });
  return promise;
}

/** The child has not been waited for yet, so its pid, which is also its group, is its own. */
function kill(pid: number, withGroup: boolean): void {
  try {
    process.kill(withGroup ? -pid : pid, 'SIGKILL');
  } catch {
    // It ended in between.
  }
}

function notRunning(name: string, state: string): TrueupError {
  return new TrueupError('not_running', `service ${name} is not running: it is ${state}`, { fields: { name, state } });
}
