/**
 * One of several workers that run the parts of a test run: takes one after the other until none is left, beside the engine
 * that it was started beside, and ends with the status of the first that failed. What a part prints comes whole, at its end.
 * Argument: the folder of the parts.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { engineUnderTest } from '../test/support/docker/engine-under-test.ts';
import { eventually } from '../test/support/eventually.ts';
import { type Part, takePart } from './part-queue.ts';
import { vitestCommand } from './vitest.ts';

const END_MS = 10_000;
const ANSWER_MS = 60_000;
const [folder = ''] = process.argv.slice(2);

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopped.abort());

// A call to an engine that hangs is not waited for.
process.exit(await main());

async function main(): Promise<number> {
  let status = 0;
  // Beside a dead engine every part would fail at once, which leaves none to the workers whose engine lives.
  while (!stopped.signal.aborted && (await isEngineThere())) {
    const part = takePart(folder);
    if (part === null) return status;
    const ended = await run(part);
    status = status === 0 ? ended : status;
  }
  return status === 0 ? 1 : status;
}

/** Resolves with its exit status. */
async function run({ title, args }: Part): Promise<number> {
  console.log(`begun: ${title}`);
  // No pipe, which whatever a test leaves behind could hold open.
  const own = mkdtempSync(join(folder, 'said-'));
  const said = join(own, 'said');
  const output = openSync(said, 'a');
  const [file, ...rest] = vitestCommand(args);
  const child = spawn(file, rest, { stdio: ['ignore', output, output] });
  closeSync(output);
  const stop = (): void => {
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), END_MS).unref();
  };
  stopped.signal.addEventListener('abort', stop);
  try {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    return await promise;
  } finally {
    stopped.signal.removeEventListener('abort', stop);
    process.stdout.write(readFileSync(said, 'utf8'));
    rmSync(own, { recursive: true });
  }
}

async function isEngineThere(): Promise<boolean> {
  const { calls } = engineUnderTest();
  const answers = eventually(
    async () => (await calls.call('GET', '/_ping').catch(() => null))?.status === 200,
    'the engine',
    ANSWER_MS,
  ).catch(() => false);
  const isThere = await Promise.race([answers, delay(ANSWER_MS, false)]);
  if (!isThere) console.error('The engine of this worker answers no more: the other workers take what is left.');
  return isThere;
}
