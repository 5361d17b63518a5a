import { defineConfig } from 'vitest/config'
import { compileCache } from './scripts/compile-cache.ts'

const conditions = ['cartwright-source']

/** The tests that read outside data. They fail, never skip, without it. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    name: 'data',
    include: ['packages/**/*.data.test.ts', 'test/**/*.data.test.ts', 'bench/**/*.data.test.ts'],
    globalSetup: ['./scripts/require-data.ts'],
    env: compileCache,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: 'forks',
    isolate: false,
    fileParallelism: false,
  },
})
