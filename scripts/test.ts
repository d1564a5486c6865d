/**
 * Every test: without an engine first, then beside each container engine, the slowest last. Arguments are vitest's. The last
 * line counts all of it.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { counted } from './test-counts.ts';
import { runVitest } from './vitest.ts';

const args = process.argv.slice(2);

process.exitCode = await counted(async (env) => {
  const first = await runVitest(args, env);
  const second = await runScript('test-docker.ts', env);
  return first || second;
});

function runScript(name: string, env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, name), ...args], { stdio: 'inherit', env });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('exit', (code) => resolve(code ?? 1));
  return promise;
}
