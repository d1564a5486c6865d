/**
 * Runs a command beside a private engine. Started by run-beside-engine.ts as the first process but one of new network,
 * mount and process namespaces: whatever it starts ends with it, and what it mounts is gone with it. Arguments: kind of the
 * engine, a folder of its own, command and arguments.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { ENGINE_VARIABLES } from '../engine-variables.ts';
import { makeImages } from '../images.ts';
import { ENGINE_KINDS } from '../kinds.ts';
import { PrivateEngine } from '../private-engine.ts';

const [kindName, folder = '', file = '', ...args] = process.argv.slice(2);
const kind = ENGINE_KINDS.find((name) => name === kindName) ?? 'debian';

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopped.abort(signal));
// The other end is gone, or says what it was told.
process.on('disconnect', () => stopped.abort('SIGTERM'));
process.on('message', (signal) => stopped.abort(signal));

process.exitCode = await main();
if (process.connected) process.disconnect();

async function main(): Promise<number> {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  // In memory: no disk to wait for, nothing to clean up, and a file system on which overlays can always be laid.
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=0711', 'trueup-engine', folder]);
  const engine = await PrivateEngine.start(kind, folder);
  try {
    const made = join(folder, 'image');
    mkdirSync(made);
    await makeImages(engine.calls, kind, made);
    rmSync(made, { recursive: true });
    return stopped.signal.aborted ? statusOf(stopped.signal.reason) : await command(engine.calls.socket);
  } finally {
    await engine.stop();
  }
}

/** Resolves with its exit status, as a shell says it. */
async function command(socket: string): Promise<number> {
  const host = `unix://${socket}`;
  const env = { ...process.env, DOCKER_HOST: host, [ENGINE_VARIABLES.host]: host, [ENGINE_VARIABLES.kind]: kind };
  const child = spawn(file, args, { stdio: 'inherit', env });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('exit', (code, signal) => resolve(code ?? statusOf(signal)));
  stopped.signal.addEventListener('abort', () => child.kill('SIGTERM'));
  return promise;
}

function statusOf(signal: unknown): number {
  const number = Object.entries(constants.signals).find(([name]) => name === signal)?.[1];
  return 128 + (number ?? constants.signals.SIGTERM);
}
