/**
 * Vitest reporter: what was skipped by name and why, what failed, and as the very last line `N passed, N failed, N skipped`, plain, for
 * whoever counts. Where several runs make one test run, each adds what it found to a file,
 * and the end is for them all.
 */
import { appendFileSync, writeSync } from 'node:fs';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import { ENGINE_VARIABLES } from '../test/support/docker/engine-variables.ts';
import { type Counts, COUNTS_FILE, endOf, type RunCounts } from './test-counts.ts';

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
        failures.push(`${placeOf(module)}: ${module.relativeModuleId}${saidBy(module.errors())}`);
      }
    }
    const run: RunCounts = { ...counts, failures, skips: this.#isFiltered ? [] : skipped };
    const file = process.env[COUNTS_FILE];
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(run)}\n`);
    // At exit, after whatever else still prints.
    else process.once('exit', () => writeSync(1, endOf(run)));
  }
}

function nameOf(test: TestCase): string {
  const result = test.result();
  const note = result.state === 'skipped' && result.note !== undefined ? ` (${result.note})` : '';
  return `${placeOf(test)}: ${test.fullName}${note}`;
}

/** The project, and the engine that it runs beside: each generation runs the same tests. */
function placeOf({ project }: TestCase | TestModule): string {
  const engine = process.env[ENGINE_VARIABLES.kind];
  return engine === undefined ? project.name : `${project.name} (${engine})`;
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
