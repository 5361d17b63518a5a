import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce, type RepairReport } from '@cartwright/core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ImportSummary } from '../src/import/import-run.ts'
import { cartwright, cartwrightJson, temporaryFolder } from './command.ts'

const catalogue = fileURLToPath(new URL('../../../examples/demo/catalogue.csv', import.meta.url))
const folder = temporaryFolder()
const db = ['--db', 'sqlite:./shop.db']

beforeAll(async () => {
  const { value } = await cartwrightJson<ImportSummary>(folder, ['import', catalogue, ...db])
  expect(value).toEqual({ read: 145, products: 60, variants: 145, created: 60, updated: 0, unchanged: 0, rejected: [] })
})

/** One order that costs nothing, placed through the library. @param more - `added`: units that are added to it later */
async function placeOrder({ added = 0 } = {}): Promise<{ id: string; number: string }> {
  const commerce = await createCommerce({ storage: sqliteStorage({ file: join(folder, 'shop.db') }), currency: 'USD' })
  await commerce.catalog.upsertMany({
    products: [
      { handle: 'leaflet', title: 'Leaflet', variants: [{ sku: 'LEAFLET', prices: [{ currency: 'USD', amountMinor: 0 }], stock: [{ quantity: 50 }] }] },
    ],
  })
  const { cart, guestToken } = await commerce.carts.create({})
  const actor = { type: 'guest', token: guestToken as string } as const
  await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'LEAFLET', quantity: 2 })
  const shippingAddress = { name: 'A Reader', line1: '1 Quay Street', city: 'Bristol', postalCode: 'BS1 4DJ', country: 'GB' }
  const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
  const placed = await commerce.checkout.place({
    actor,
    cartId: cart.id,
    expectedTotal: quote.total,
    email: 'reader@example.com',
    idempotencyKey: `order-${cart.id}`,
  })
  if (added > 0) {
    const more = await commerce.orders.quoteAddition({ actor, orderId: placed.order.id, lines: [{ sku: 'LEAFLET', quantity: added }] })
    await commerce.checkout.place({ actor, cartId: more.cartId, expectedTotal: more.total, idempotencyKey: `add-${cart.id}` })
  }
  await commerce.close()
  return placed.order
}

describe('search', () => {
  test('forgives a typo and answers in the agreed shape', async () => {
    const { value } = await cartwrightJson<{ total: number; items: Record<string, unknown>[]; elapsedMs: number }>(folder, [
      'search',
      'query',
      'runing shoes',
      '--limit',
      '2',
      ...db,
    ])
    expect(Object.keys(value)).toEqual(['total', 'items', 'didYouMean', 'elapsedMs'])
    expect(value.items).toHaveLength(2)
    expect(Object.keys(value.items[0] ?? {})).toEqual(['handle', 'title', 'sku', 'score'])
    expect(value.items[0]?.title).toMatch(/Running Shoes/)
    expect(value.total).toBeGreaterThan(2)
  })

  test('reindex counts what it indexed', async () => {
    const { value } = await cartwrightJson<{ documents: number }>(folder, ['search', 'reindex', ...db])
    expect(value.documents).toBeGreaterThanOrEqual(60)
  })
})

describe('orders', () => {
  test('are listed, and shown by number and by id', async () => {
    const { id, number } = await placeOrder({ added: 3 })
    const list = await cartwrightJson<{ items: { number: string }[]; next: string | null }>(folder, [
      'orders',
      'list',
      '--status',
      'confirmed',
      '--limit',
      '100',
      ...db,
    ])
    expect(list.value.items.map((order) => order.number)).toContain(number)
    const byNumber = await cartwrightJson<{
      order: { id: string; lines: unknown[] }
      payments: unknown[]
      fulfilments: unknown[]
      history: { change: string }[]
    }>(folder, ['orders', 'show', number, ...db])
    expect(byNumber.value.order).toMatchObject({ id, lines: [{ sku: 'LEAFLET', quantity: 2 }] })
    expect(byNumber.value.history.map(({ change }) => change)).toContain('placed')
    const byId = await cartwrightJson(folder, ['orders', 'show', id, ...db])
    expect(byId.value).toEqual(byNumber.value)
    const words = await cartwright(folder, ['orders', 'show', number.toLowerCase(), ...db])
    expect(words.stdout).toContain('2 × LEAFLET'.slice(4))
    expect(words.stdout).toContain('reader@example.com')
    expect(words.stdout).toMatch(/Additions\n.*: 3 × LEAFLET for 0\.00 USD, confirmed/)
  })

  test('pages go on from the cursor', async () => {
    await placeOrder()
    await placeOrder()
    const first = await cartwrightJson<{ items: { id: string }[]; next: string }>(folder, ['orders', 'list', '--limit', '1', ...db])
    const second = await cartwrightJson<{ items: { id: string }[] }>(folder, ['orders', 'list', '--limit', '1', '--after', first.value.next, ...db])
    expect(second.value.items[0]?.id).not.toBe(first.value.items[0]?.id)
  })

  test('an unknown order fails with what to do next', async () => {
    const { exitCode, stdout, stderr } = await cartwright(folder, ['orders', 'show', 'ZZZZ-ZZZZ', ...db])
    expect(exitCode).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain('NOT_FOUND')
    expect(stderr).toContain('cartwright orders list')
  })
})

describe('audit', () => {
  test('is clean after imports and orders', async () => {
    const { value, exitCode } = await cartwrightJson<{ violations: number; checks: { id: string; violations: number }[] }>(folder, ['audit', ...db])
    expect(value.violations).toBe(0)
    expect(value.checks.length).toBeGreaterThan(10)
    expect(value.checks.every((check) => Object.keys(check).join() === 'id,violations')).toBe(true)
    expect(exitCode).toBe(0)
  })

  test('names what is wrong and exits with 1', async () => {
    const broken = { cwd: folder, db: ['--db', 'broken.db'] }
    await cartwright(broken.cwd, ['import', catalogue, ...broken.db])
    const database = new DatabaseSync(join(folder, 'broken.db'))
    database.exec("UPDATE stock_levels SET on_hand = on_hand + 7 WHERE sku = 'BELT'")
    database.close()
    const { value, exitCode } = await cartwrightJson<{ violations: number; checks: { id: string; violations: number; samples?: { sku: string }[] }[] }>(
      broken.cwd,
      ['audit', ...broken.db],
    )
    expect(exitCode).toBe(1)
    expect(value.violations).toBe(1)
    expect(value.checks.find(({ id }) => id === 'I3')?.samples?.[0]).toMatchObject({ sku: 'BELT' })
  })

  test('mends what it safely can, says so before, and leaves the rest to people', async () => {
    const database = new DatabaseSync(join(folder, 'broken.db'))
    database.exec("UPDATE stock_levels SET reserved = 1 WHERE sku = 'BELT'")
    database.close()
    const told = await cartwrightJson<RepairReport>(folder, ['audit', '--repair', '--dry-run', '--db', 'broken.db'])
    expect(told).toMatchObject({ exitCode: 1, value: { before: 2, after: null, repaired: [{ check: 'I2', outcome: 'would_mend' }], left: [{ check: 'I3' }] } })
    const done = await cartwright(folder, ['audit', '--repair', '--db', 'broken.db'])
    expect(done.exitCode).toBe(1)
    expect(done.stdout).toMatch(/I2 +mended [\s\S]*BELT[\s\S]*I3 {2}1 violation for people\. Count the goods[\s\S]*2 violations before, 1 after/)
    expect((await cartwright(folder, ['audit', '--dry-run', '--db', 'broken.db'])).stderr).toContain('--dry-run goes with --repair')
  })
})

describe('worker', () => {
  test('does one round of all jobs, or of those named', async () => {
    const all = await cartwrightJson<Record<string, unknown>>(folder, ['worker', '--once', ...db])
    expect(Object.keys(all.value).sort()).toEqual(['carts', 'completer', 'expiry', 'inbox', 'reconciler', 'refunds', 'relay', 'search', 'sweep'])
    const some = await cartwrightJson<Record<string, unknown>>(folder, ['worker', '--once', '--jobs', 'expiry,sweep', ...db])
    expect(Object.keys(some.value).sort()).toEqual(['expiry', 'sweep'])
  })

  test('works until it is told to end, and says what it did', async () => {
    const { exitCode, stderr, value } = await cartwrightJson<Record<string, { failed: number }>>(folder, ['worker', ...db], {
      onStderr: (text, child) => {
        if (text.includes('At work')) child.kill('SIGTERM')
      },
    })
    expect(exitCode).toBe(0)
    expect(stderr).toContain('Ending')
    expect(Object.values(value).every(({ failed }) => failed === 0)).toBe(true)
  })

  test('lists what is parked, and makes it due again', async () => {
    const storage = sqliteStorage({ file: join(folder, 'shop.db') })
    const at = new Date('2026-03-01T12:00:00Z')
    const parked = {
      job: 'refunds',
      rowId: 'refund-1',
      attempts: 20,
      code: 'UNEXPECTED',
      subject: null,
      firstFailedAt: at,
      lastFailedAt: at,
      nextAttemptAt: null,
    } as const
    await storage.transaction({ source: 'value', at }, (tx) => tx.workFailures.record([parked]))
    await storage.close()
    const { stdout } = await cartwright(folder, ['worker', 'failures', ...db])
    expect(stdout).toMatch(/refunds\s+refund-1\s+20\s+UNEXPECTED\s+2026-03-01 12:00 UTC\s+parked/)
    const listed = await cartwrightJson<{ items: { rowId: string }[] }>(folder, ['worker', 'failures', '--job', 'refunds', ...db])
    expect(listed.value.items.map(({ rowId }) => rowId)).toEqual(['refund-1'])
    expect((await cartwrightJson(folder, ['worker', 'retry', 'refunds', 'refund-1', ...db])).value).toEqual({ due: 1 })
    expect((await cartwright(folder, ['worker', 'retry', 'refunds', ...db])).exitCode).toBe(1)
  })

  test('shows how far it is behind', async () => {
    const { stdout } = await cartwright(folder, ['worker', 'lag', ...db])
    expect(stdout).toMatch(/inbox\s+0\n/)
    expect((await cartwrightJson(folder, ['worker', 'lag', ...db])).value).toMatchObject({ jobs: { inbox: 0, refunds: 0 }, consumers: [] })
  })

  test('refuses a job it does not know', async () => {
    const { exitCode, stderr } = await cartwright(folder, ['worker', '--once', '--jobs', 'everything', ...db])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('everything')
  })
})

describe('migrate', () => {
  test('shows a plan, applies it, reports it and takes it back', async () => {
    const fresh = ['--db', 'fresh.db']
    const plan = await cartwrightJson<{ migrations: { name: string; sql: string[] }[] }>(folder, ['migrate', '--dry-run', ...fresh])
    expect(plan.value.migrations[0]?.sql.join()).toContain('CREATE TABLE')
    const names = plan.value.migrations.map(({ name }) => name)
    expect((await cartwrightJson<{ applied: string[] }>(folder, ['migrate', ...fresh])).value.applied).toEqual(names)
    expect((await cartwrightJson<{ applied: string[] }>(folder, ['migrate', ...fresh])).value.applied).toEqual([])
    const status = await cartwrightJson<{ migrations: { name: string; appliedAt: string | null }[] }>(folder, ['migrate', 'status', ...fresh])
    expect(status.value.migrations.every(({ appliedAt }) => appliedAt !== null)).toBe(true)
    const undone = await cartwrightJson<{ rolledBack: string }>(folder, ['migrate', 'rollback', ...fresh])
    expect(undone.value.rolledBack).toBe(names.at(-1))
    const doctor = await cartwrightJson<{ findings: { check: string; status: string }[]; counts: unknown }>(folder, ['doctor', ...fresh])
    expect(doctor.value.findings.find(({ check }) => check === 'schema')?.status).not.toBe('ok')
    expect(doctor.value.counts).toBeNull()
  })
})

describe('doctor', () => {
  test('finds a sound shop sound and counts what is in it', async () => {
    const { value, exitCode } = await cartwrightJson<{ ok: boolean; counts: { products: number; categories: number } }>(folder, ['doctor', ...db])
    expect(exitCode).toBe(0)
    expect(value.ok).toBe(true)
    expect(value.counts.products).toBeGreaterThanOrEqual(60)
    expect(value.counts.categories).toBeGreaterThan(20)
  })
})

describe('where the shop is', () => {
  test('init writes a configuration that the other commands read', async () => {
    const home = join(folder, 'home')
    mkdirSync(home)
    const first = await cartwrightJson<{ created: boolean; config: string }>(home, ['init'])
    expect(first.value.created).toBe(true)
    expect(existsSync(join(home, 'cartwright.db'))).toBe(true)
    expect((await cartwrightJson<{ created: boolean }>(home, ['init'])).value.created).toBe(false)
    const config = readFileSync(first.value.config, 'utf8')
    writeFileSync(first.value.config, config.replace('cartwright.db', 'elsewhere.db').replace("currency: 'USD'", "currency: 'EUR'"))
    await cartwrightJson(home, ['import', catalogue])
    expect(existsSync(join(home, 'elsewhere.db'))).toBe(true)
    const commerce = await createCommerce({ storage: sqliteStorage({ file: join(home, 'elsewhere.db') }), currency: 'EUR' })
    const belt = await commerce.catalog.get({ sku: 'BELT' })
    expect(belt.variants[0]?.prices[0]?.currency).toBe('EUR')
    await commerce.close()
  })

  test('a configuration may be a function', async () => {
    const text = `import { sqliteStorage } from '@cartwright/adapters-sqlite'\nexport default () => ({ storage: sqliteStorage({ file: ${JSON.stringify(join(folder, 'shop.db'))} }), currency: 'USD' })\n`
    writeFileSync(join(folder, 'made.config.ts'), text)
    const { value } = await cartwrightJson<{ ok: boolean }>(folder, ['doctor', '--config', 'made.config.ts'])
    expect(value.ok).toBe(true)
  })

  test('a mistyped database is an error, not an empty shop', async () => {
    const { exitCode, stderr } = await cartwright(folder, ['search', 'query', 'boots', '--db', 'shpo.db'])
    expect(exitCode).toBe(1)
    expect(stderr).toContain('There is no database at shpo.db')
    expect(existsSync(join(folder, 'shpo.db'))).toBe(false)
  })

  test('an engine that there is no adapter for is refused in plain words', async () => {
    const { exitCode, stderr } = await cartwright(folder, ['doctor', '--db', 'mysql://localhost/shop'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('not supported by this version')
  })
})

describe('the command line', () => {
  test('a mistake exits with 2, and --json still prints one value', async () => {
    expect((await cartwright(folder, ['frobnicate'])).exitCode).toBe(2)
    const { value, exitCode } = await cartwrightJson<{ error: { code: string } }>(folder, ['search', 'query', 'x', '--limit', '0', ...db])
    expect(exitCode).toBe(2)
    expect(value.error.code).toBe('USAGE')
  })

  test('an error with --json is one JSON value too', async () => {
    const { value, exitCode } = await cartwrightJson<{ error: { code: string } }>(folder, ['import', 'missing.csv', ...db])
    expect(exitCode).toBe(1)
    expect(value.error.code).toBe('INVALID_INPUT')
  })

  test('without a terminal nothing is coloured and no bar is drawn', async () => {
    const { stdout, stderr } = await cartwright(folder, ['import', catalogue, ...db])
    expect(stdout + stderr).not.toContain('\u001b')
    expect(stdout).toContain('60 unchanged')
  })

  test('--strict fails when anything is rejected', async () => {
    writeFileSync(join(folder, 'half.csv'), 'Handle,Title,Variant Price\ngood,Good,5\nbad,Bad,-5\n')
    expect((await cartwright(folder, ['import', 'half.csv', '--db', 'half.db'])).exitCode).toBe(0)
    const strict = await cartwright(folder, ['import', 'half.csv', '--db', 'half.db', '--strict'])
    expect(strict.exitCode).toBe(1)
    expect(strict.stdout).toContain('INVALID_PRICE')
  })
})
