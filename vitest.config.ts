import { availableParallelism } from 'node:os';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const MINUTE = 60_000;
// Tests mostly wait, so that even a small machine runs two files at a time. One project runs after the other.
const WORKERS = Math.max(2, availableParallelism());
// The command, and the engines, wait for git, for services and for their gates while another one computes.
const WAITERS = WORKERS + 1;
// Titles of rows are whole, and so is what a command said where a test failed.
const WHOLE_TEXTS = { truncateThreshold: 2_000 };

// Container engines: scripts/test-docker.ts starts them one after the other, and this project beside each.
const docker = {
  test: {
    name: 'docker',
    include: ['test/engines/{docker,kind}/**/*.test.ts'],
    setupFiles: ['test/support/docker/skip-without-engine.ts'],
    maxWorkers: 1,
    testTimeout: 15 * MINUTE,
    hookTimeout: 15 * MINUTE,
    chaiConfig: WHOLE_TEXTS,
  },
};
const isBesideEngine = Object.keys(process.env).some((name) => name.startsWith('TRUEUP_TEST_DOCKER'));

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
          // Beyond what a test waits for inside, so that it says itself what it waited for in vain.
          testTimeout: 3 * MINUTE,
          hookTimeout: 2 * MINUTE,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // The built command: `npm test` builds first.
        test: {
          name: 'cli',
          include: ['test/cli/**/*.test.ts'],
          maxWorkers: WAITERS,
          chaiConfig: WHOLE_TEXTS,
          testTimeout: 5 * MINUTE,
          hookTimeout: 5 * MINUTE,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // Pages in a real Chromium, where there is one.
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          setupFiles: ['test/support/browser/skip-without-chromium.ts'],
          maxWorkers: WORKERS,
          testTimeout: 3 * MINUTE,
          hookTimeout: 2 * MINUTE,
          sequence: { groupOrder: 4 },
        },
      },
      {
        // The process engine and the simulated one: each test has its own.
        test: {
          name: 'engines',
          include: ['test/engines/**/*.test.ts'],
          exclude: ['test/engines/{docker,kind}/**'],
          maxWorkers: WAITERS,
          chaiConfig: WHOLE_TEXTS,
          testTimeout: 15 * MINUTE,
          hookTimeout: 15 * MINUTE,
          sequence: { groupOrder: 3 },
        },
      },
      ...(isBesideEngine ? [docker] : []),
    ],
  },
});

export default config;
