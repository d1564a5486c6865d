/**
 * Runs a command beside a private engine of a kind, in network, mount and process namespaces of their own: published ports
 * and addresses of containers can be reached by the command, and by nobody else. However it ends, also by kill -9, nothing
 * is left running or mounted.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineKind } from './kinds.ts';

const INSIDE = join(import.meta.dirname, 'children', 'inside.ts');

/** Resolves with the exit status of the command. The engine must have been obtained. */
export async function runBesideEngine(
  kind: EngineKind,
  command: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  // Not the system's folder for temporary files, which may be too deep for the path of a socket.
  const folder = await mkdtemp('/tmp/trueup-engine-');
  const namespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  // An init process takes in the orphans that shims leave.
  const inside = ['docker-init', '-g', '--', process.execPath, INSIDE, kind, folder, ...command];
  const child = spawn('unshare', [...namespaces, ...inside], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env });
  const tell = (signal: NodeJS.Signals): void => void (child.connected && child.send(signal));
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, tell);
  try {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
    const status = await promise;
    if (status !== 0) await tellPanics(join(folder, 'log'));
    return status;
  } finally {
    for (const signal of signals) process.off(signal, tell);
    await rm(folder, { recursive: true, force: true });
  }
}

/** What an engine itself did wrong shows as a broken connection, and otherwise only in its log. */
async function tellPanics(log: string): Promise<void> {
  const lines = (await readFile(log, 'utf8').catch(() => '')).split('\n');
  const panics = lines.flatMap((line, index) => (/panic/.test(line) ? lines.slice(index, index + PANIC_LINES) : []));
  if (panics.length > 0) console.error(`The log of the engine:\n${panics.join('\n')}`);
}

const PANIC_LINES = 40;
