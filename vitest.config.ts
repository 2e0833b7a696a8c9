import { defineConfig } from 'vitest/config'

/**
 * `unit` needs nothing but this checkout. `referee` asks OpenMetadata's own Python packages, which it installs once. `cluster` needs a
 * real Kubernetes, which its tests share.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.cluster.test.ts', 'test/**/*.referee.test.ts', 'test/**/*.bench.test.ts'],
          // Some start a program; on a machine that does other work beside, that takes its time.
          testTimeout: 60_000,
          // Nothing but work: every core is of use.
          maxWorkers: '100%',
        },
      },
      {
        test: {
          name: 'referee',
          include: ['test/**/*.referee.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'bench',
          include: ['test/**/*.bench.test.ts'],
          globalSetup: ['test/cluster/vitest-setup.ts'],
          testTimeout: 3_600_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'cluster',
          include: ['test/**/*.cluster.test.ts'],
          globalSetup: ['test/cluster/vitest-setup.ts'],
          // Whoever waits gives up by itself, and says for what: test/cluster/waiting.ts. With empty caches a hook builds programs.
          testTimeout: 900_000,
          hookTimeout: 1_200_000,
          // Most of a test here is waiting for Kubernetes; namespaces keep the files apart.
          maxWorkers: 5,
        },
      },
    ],
  },
})
