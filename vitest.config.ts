import { availableParallelism } from 'node:os';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const MINUTE = 60_000;
// Tests mostly wait, so that even a small machine runs two files at a time. One project runs after the other.
const WORKERS = Math.max(2, availableParallelism());

const config: ViteUserConfig = defineConfig({
  test: {
    passWithNoTests: true,
    reporters: ['default', './scripts/summary-reporter.ts'],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['src/generated/**', 'src/model/generated/**'] },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          maxWorkers: WORKERS,
          testTimeout: 10_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // The built command: `npm test` builds first.
        test: {
          name: 'cli',
          include: ['test/cli/**/*.test.ts'],
          maxWorkers: WORKERS,
          testTimeout: 2 * MINUTE,
          hookTimeout: 5 * MINUTE,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // Real engines, which starting side by side would only slow down.
        test: {
          name: 'engines',
          include: ['test/engines/**/*.test.ts'],
          maxWorkers: 1,
          testTimeout: 5 * MINUTE,
          hookTimeout: 15 * MINUTE,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});

export default config;
