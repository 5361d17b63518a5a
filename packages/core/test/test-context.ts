import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Context, defaultTiming } from '../src/context.ts'
import { cryptoRandom, uuidV7Source } from '../src/ids.ts'
import { AdmissionGate } from '../src/inventory/admission-gate.ts'
import { inventoryOptions } from '../src/inventory/reservation-strategy.ts'
import { StockTransactions } from '../src/inventory/stock-transactions.ts'
import { flatShipping } from '../src/pricing/shipping-rates.ts'
import { noTax } from '../src/pricing/tax-calculator.ts'
import { silentLogger } from '../src/runtime/logger.ts'
import { RateRules } from '../src/runtime/rate-rules.ts'
import { noProbe } from '../src/runtime/step-probe.ts'
import { systemTimers } from '../src/runtime/timers.ts'
import type { Clock } from '../src/time.ts'

/** A context over an empty, migrated shop in memory, for tests of single services. Time stands at `at` until the returned `setTime` moves it. */
export async function testContext(overrides: Partial<Context> = {}): Promise<Context & { setTime(at: Date): void }> {
  let at = new Date('2026-01-01T00:00:00Z')
  const storage = overrides.storage ?? sqliteStorage({ file: ':memory:' })
  await storage.migrations.up()
  const clock: Clock = overrides.clock ?? { now: () => ({ source: 'value', at }) }
  return {
    storage,
    stock: new StockTransactions({ storage, clock, timers: systemTimers, random: cryptoRandom }, inventoryOptions.parse({})),
    liveCarts: undefined,
    admission: new AdmissionGate({ storage, clock, timers: systemTimers, random: cryptoRandom, logger: silentLogger }, undefined),
    passwords: undefined,
    directory: undefined,
    currency: 'USD',
    clock,
    ids: uuidV7Source(cryptoRandom),
    random: cryptoRandom,
    timers: systemTimers,
    logger: silentLogger,
    probe: noProbe,
    providers: new Map(),
    tax: noTax,
    shipping: flatShipping(),
    rates: new RateRules({ rules: {} }, { nowMs: () => 0, logger: silentLogger }),
    reviews: { moderation: 'before', verifiedOnly: false },
    cartHolds: { minutes: 10, maxMinutes: 15, maxHolds: 1, maxUnits: 20, guests: false },
    limits: { maxLines: 200, maxQuantity: 1000 },
    lowStockUnits: 5,
    timing: defaultTiming,
    ...overrides,
    setTime: (next) => {
      at = next
    },
  }
}
