import { defineConfig, type ViteUserConfig } from 'vitest/config';

const MINUTE = 60_000;

const config: ViteUserConfig = defineConfig({
  test: {
    passWithNoTests: true,
    reporters: ['default', './scripts/summary-reporter.ts'],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['src/generated/**', 'src/model/generated/**'] },
    projects: [
      {
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 10_000, sequence: { groupOrder: 0 } },
      },
      {
        // The built command: `npm test` builds first.
        test: {
          name: 'cli',
          include: ['test/cli/**/*.test.ts'],
          testTimeout: 2 * MINUTE,
          hookTimeout: 5 * MINUTE,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Real engines, which starting side by side would only slow down.
        test: {
          name: 'engines',
          include: ['test/engines/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 5 * MINUTE,
          hookTimeout: 15 * MINUTE,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});

export default config;
