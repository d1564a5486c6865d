/**
 * Vitest reporter: what was skipped by name and why, what failed, and as the very last line `N passed, N failed, N skipped`, plain, for
 * whoever counts. Where several runs make one test run, each adds its counts to a file, and the last line is for them all.
 */
import { appendFileSync, writeSync } from 'node:fs';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import { type Counts, COUNTS_FILE, lineOf, listOf, type RunCounts } from './test-counts.ts';

export default class SummaryReporter implements Reporter {
  #isFiltered = false;

  onInit({ config }: Vitest): void {
    // Whoever asks for some tests by name knows of the others.
    this.#isFiltered = config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts: Counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    const skipped: string[] = [];
    const failures = unhandledErrors.map((error) => `outside of every test: ${messageOf(error)}`);
    for (const module of modules) {
      let failedTests = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'failed') {
          failedTests += 1;
          failures.push(`${nameOf(test)}${saidBy(test.result().errors)}`);
        }
        if (state === 'skipped') skipped.push(nameOf(test));
        counts[state === 'pending' ? 'skipped' : state] += 1;
      }
      // A file that failed without a failed test: it could not be loaded, or a hook outside of every test failed.
      if (module.state() === 'failed' && failedTests === 0) {
        counts.failed += 1;
        failures.push(`${module.project.name}: ${module.relativeModuleId}${saidBy(module.errors())}`);
      }
    }
    if (skipped.length > 0 && !this.#isFiltered)
      writeSync(1, `\nSkipped:\n${skipped.map((name) => `  ${name}\n`).join('')}`);
    const file = process.env[COUNTS_FILE];
    if (file !== undefined) appendFileSync(file, `${JSON.stringify({ ...counts, failures } satisfies RunCounts)}\n`);
    // At exit, after whatever else still prints.
    else process.once('exit', () => writeSync(1, `${listOf(failures)}\n${lineOf(counts)}`));
  }
}

function nameOf(test: TestCase): string {
  const result = test.result();
  const note = result.state === 'skipped' && result.note !== undefined ? ` (${result.note})` : '';
  return `${test.project.name}: ${test.fullName}${note}`;
}

// Whole values belong to vitest's own report; here a failure has a few lines.
const MESSAGE_LENGTH = 2000;

function saidBy(errors: readonly unknown[] | undefined): string {
  return (errors ?? []).map((error) => `\n    ${messageOf(error)}`).join('');
}

function messageOf(error: unknown): string {
  const said =
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  return said.slice(0, MESSAGE_LENGTH).replaceAll('\n', '\n    ');
}
