/** Vitest reporter: the very last line is `N passed, N failed, N skipped`, plain, for whoever counts. */
import { writeSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      let failedTests = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'failed') failedTests += 1;
        counts[state === 'pending' ? 'skipped' : state] += 1;
      }
      // A file that failed without a failed test: it could not be loaded, or a hook outside of every test failed.
      if (module.state() === 'failed' && failedTests === 0) counts.failed += 1;
    }
    const line = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`;
    // At exit, after whatever else still prints.
    process.once('exit', () => writeSync(1, line));
  }
}
