import { defineConfig } from 'vitest/config'

const conditions = ['cartwright-source']

/** The tests that read outside data. They fail, never skip, without it. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    name: 'data',
    include: ['packages/**/*.data.test.ts', 'test/**/*.data.test.ts', 'bench/**/*.data.test.ts'],
    globalSetup: ['./scripts/require-data.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: 'forks',
    fileParallelism: false,
  },
})
