import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Context, defaultTiming } from '../src/context.ts'
import { cryptoRandom, uuidV7Source } from '../src/ids.ts'
import { flatShipping } from '../src/pricing/shipping-rates.ts'
import { noTax } from '../src/pricing/tax-calculator.ts'
import { silentLogger } from '../src/runtime/logger.ts'
import { noProbe } from '../src/runtime/step-probe.ts'

/** A context over an empty, migrated shop in memory, for tests of single services. Time stands at `at` until the returned `setTime` moves it. */
export async function testContext(overrides: Partial<Context> = {}): Promise<Context & { setTime(at: Date): void }> {
  let at = new Date('2026-01-01T00:00:00Z')
  const storage = overrides.storage ?? sqliteStorage({ file: ':memory:' })
  await storage.migrations.up()
  return {
    storage,
    currency: 'USD',
    clock: { now: () => ({ source: 'value', at }) },
    ids: uuidV7Source(cryptoRandom),
    random: cryptoRandom,
    logger: silentLogger,
    probe: noProbe,
    providers: new Map(),
    tax: noTax,
    shipping: flatShipping(),
    limits: { maxLines: 200, maxQuantity: 1000 },
    timing: defaultTiming,
    ...overrides,
    setTime: (next) => {
      at = next
    },
  }
}
