/** How many tests passed, failed and were skipped, in one run of vitest or in several. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** What one run of vitest adds to the file: its counts, each failure as its name and what was wrong, and what it skipped. */
export interface RunCounts extends Counts {
  readonly failures: readonly string[];
  readonly skips: readonly string[];
}

/** The variable that names the file which each run of vitest adds its counts to. */
export const COUNTS_FILE = 'TRUEUP_TEST_COUNTS';

function lineOf({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}

/** What to end an output with: whoever sees only the end of a long one still sees what failed. */
export function endOf({ failures, skips, ...counts }: RunCounts): string {
  return `${listOf('Skipped', skips)}${listOf('Failed', failures)}\n${lineOf(counts)}`;
}

function listOf(title: string, texts: readonly string[]): string {
  return texts.length === 0 ? '' : `\n${title}:\n${texts.map((text) => `  ${text}\n`).join('')}`;
}

/**
 * Runs what runs vitest one or several times, and prints what was skipped, what failed and, as the very last line, the counts of all of it.
 * Within another such run the counts are that one's.
 */
export async function counted(run: (env: NodeJS.ProcessEnv) => Promise<number>): Promise<number> {
  if (process.env[COUNTS_FILE] !== undefined) return run(process.env);
  const folder = mkdtempSync(join(tmpdir(), 'trueup-counts-'));
  const file = join(folder, 'counts');
  writeFileSync(file, '');
  try {
    const status = await run({ ...process.env, [COUNTS_FILE]: file });
    const sum = sumOf(readFileSync(file, 'utf8'));
    // What broke before any test could say so is a failure too.
    process.stdout.write(endOf(status !== 0 && sum.failed === 0 ? { ...sum, failed: 1 } : sum));
    return status;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sumOf(lines: string): RunCounts {
  const sum: Counts = { passed: 0, failed: 0, skipped: 0 };
  const all: string[] = [];
  const left: string[] = [];
  for (const line of lines.split('\n').filter((text) => text !== '')) {
    const { passed, failed, skipped, failures, skips } = JSON.parse(line) as RunCounts;
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
    all.push(...failures);
    left.push(...skips);
  }
  return { ...sum, failures: all, skips: left };
}
