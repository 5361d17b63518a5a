import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'
import { compileCache } from './scripts/compile-cache.ts'

const conditions = ['cartwright-source']
const exclude = [...configDefaults.exclude, '**/dist/**', '**/*.data.test.ts', '**/*.services.test.ts']
/** A project of its own because `npm run mutants` does what it does, every planted fault by some case or script: CI runs that. */
const mutants = ['test/mutants/mutants.test.ts', 'test/planted/plants.test.ts']
/** What counts the lines of core in CI, with the unit tests. The others run without: counting costs a quarter of their time. */
const core = ['packages/core/test/**/*.test.ts']

/** Everything that needs neither a service nor outside data. Workspace packages resolve to their source: nothing must be built to run a test. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    env: compileCache,
    globalSetup: ['./test/races/bundle-racer.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // A worker loads each module once, not once a file: that took most of the time. Test files leave nothing behind for the next.
    isolate: false,
    // Two also where there are two processors only: many tests wait for the disk.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      { extends: true, test: { name: 'unit', include: ['packages/*/src/**/*.test.ts'], exclude } },
      { extends: true, test: { name: 'core', include: core, exclude } },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['packages/*/test/**/*.test.ts', 'examples/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: [...exclude, ...core, ...mutants],
        },
      },
      { extends: true, test: { name: 'mutants', include: mutants, exclude } },
    ],
    coverage: {
      provider: 'v8',
      include: ['packages/core/src/**/*.ts'],
      exclude: ['**/*.test.ts'],
      reporter: ['text', 'json-summary'],
      thresholds: { lines: 95 },
    },
  },
})
