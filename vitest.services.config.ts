import { configDefaults, defineConfig } from 'vitest/config'
import { compileCache } from './scripts/compile-cache.ts'
import { loadServices } from './scripts/require-services.ts'

const conditions = ['cartwright-source']
/** Keep their shops on SQLite, and so can run beside those on Postgres. */
const onRedis = ['packages/adapters-redis/**/*.services.test.ts', 'test/{live-carts,doctor}/*.services.test.ts']
loadServices()

/** The tests that need real servers. They fail, never skip, without them: `npm run services` starts them. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    globalSetup: ['./scripts/require-services.ts', './test/races/bundle-racer.ts'],
    env: compileCache,
    // A case that kills processes takes 30 s on a quiet machine, and far longer beside the rest of the check.
    testTimeout: 300_000,
    hookTimeout: 120_000,
    pool: 'forks',
    isolate: false,
    // An open transaction anywhere on a server holds back the outbox of every database on it.
    fileParallelism: false,
    projects: [
      {
        extends: true,
        test: { name: 'Postgres', include: ['{packages,test,examples}/**/*.services.test.ts'], exclude: [...configDefaults.exclude, ...onRedis] },
      },
      { extends: true, test: { name: 'Redis', include: onRedis } },
      {
        // The cases of payments, which `npm test` plays on shops in memory.
        extends: true,
        test: {
          name: 'payments on Postgres',
          include: [
            'packages/core/src/inbox/*.test.ts',
            'packages/core/src/payments/provider-faults.test.ts',
            'packages/payments-stripe/test/{purchase,webhooks,money-cases}.test.ts',
          ],
          setupFiles: ['./test/servers/shops-on-postgres.ts'],
        },
      },
    ],
  },
})
