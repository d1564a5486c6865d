/** Runs vitest once as a process of its own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

export function vitestCommand(args: readonly string[]): readonly [string, ...string[]] {
  return [process.execPath, join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...args];
}

/** Resolves with its exit status. Interrupts reach it as they reach us. */
export async function runVitest(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [file, ...rest] = vitestCommand(args);
  const child = spawn(file, rest, { cwd: ROOT, stdio: 'inherit', env });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('exit', (code) => resolve(code ?? 1));
  return promise;
}
