/** Every static check, as many at once as there are processors; the output of a check is shown only when it fails. */
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const BIN = join(ROOT, 'node_modules', '.bin');

// The slowest first. `generate` comes before all: the others read what it makes.
const CHECKS: Record<string, string[]> = {
  types: [join(BIN, 'tsc'), '--pretty'],
  lint: [join(BIN, 'oxlint')],
  layers: [join(BIN, 'depcruise'), '--output-type', 'err-long', 'src'],
  'dead code': [join(BIN, 'knip'), '--no-progress'],
  'engine names': [process.execPath, join(ROOT, 'scripts', 'check-engine-names.ts')],
  format: [join(BIN, 'biome'), 'format'],
};

const only = process.argv.slice(2);
const queue = Object.entries(CHECKS).filter(([name]) => only.length === 0 || only.includes(name));
await run('generated', [process.execPath, join(ROOT, 'scripts', 'generate.ts'), '--check']);
await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work));

async function work(): Promise<void> {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) await run(...next);
}

async function run(name: string, command: string[]): Promise<void> {
  const started = performance.now();
  const { failed, output } = await execute(command);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${failed ? '✗' : '✓'} ${name} ${seconds} s${failed ? `\n${output.trimEnd()}\n` : ''}`);
  if (failed) process.exitCode = 1;
}

function execute([file = '', ...args]: string[]): Promise<{ failed: boolean; output: string }> {
  return new Promise((resolve) => {
    execFile(file, args, { cwd: ROOT, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      resolve({ failed: error !== null, output: `${stdout}${stderr}` });
    });
  });
}
