import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { describe, expect, onTestFinished, test } from 'vitest'
import { unknown } from '../../test/faulty-shop.ts'
import { expectSound, placeWith, quotedCart, staff, stockOf, testShop } from '../../test/test-shop.ts'

const hour = 3_600_000

/** A shop on a file, which `spoil` writes into behind its back. */
async function spoiltShop() {
  const directory = mkdtempSync(join(tmpdir(), 'cartwright-repair-'))
  const file = join(directory, 'shop.db')
  const shop = await testShop({ storage: sqliteStorage({ file }) })
  onTestFinished(async () => {
    await shop.commerce.close()
    rmSync(directory, { recursive: true })
  })
  // From a process of its own: a second SQLite in this one would break the locks of the first.
  const spoil = (sql: string) => {
    const script = "new (require('node:sqlite').DatabaseSync)(process.argv[1]).exec(process.argv[2])"
    execFileSync(process.execPath, ['--no-warnings', '-e', script, file, sql])
  }
  const sold = async (key = 'k', units = 2) => (await placeWith(shop.commerce, await quotedCart(shop.commerce, { MUG: units }), 'card_ok', key)).order
  return { ...shop, spoil, sold }
}

type SpoiltShop = Awaited<ReturnType<typeof spoiltShop>>

/** Finds these offenders, does nothing in a dry run, mends all, and finds nothing to do the second time. */
async function repairs({ commerce }: SpoiltShop, checks: readonly string[], options: { readonly providers?: boolean } = {}) {
  const before = await commerce.audit({ graceMs: 0, ...options })
  const told = await commerce.audit.repair({ dryRun: true, graceMs: 0, ...options })
  expect(await commerce.audit({ graceMs: 0, ...options })).toEqual(before)
  expect(told.repaired.map(({ check, outcome }) => [check, outcome])).toEqual(checks.map((check) => [check, 'would_mend']))
  const done = await commerce.audit.repair({ graceMs: 0, ...options })
  expect(done.before).toBe(before.violations)
  const again = await commerce.audit.repair({ graceMs: 0, ...options })
  expect(again.repaired).toEqual([])
  return done
}

describe('the audit repairs', () => {
  test('I2: a counter that its reservations do not bear out, and tells of goods that are back on sale', async () => {
    const shop = await spoiltShop()
    await shop.sold()
    shop.spoil("UPDATE stock_levels SET reserved = 10 WHERE sku = 'MUG'")
    const topics: string[] = []
    shop.commerce.events.subscribe({ name: 'ears', from: 'head', handle: async ({ topic }) => void topics.push(topic) })
    await shop.commerce.worker.runOnce({ jobs: ['relay'] })
    expect(await repairs(shop, ['I2'])).toMatchObject({ before: 1, after: 0, repaired: [{ check: 'I2', outcome: 'mended' }], left: [] })
    expect(await stockOf(shop.commerce, 'MUG')).toEqual({ onHand: 10, reserved: 2 })
    await shop.commerce.worker.runOnce({ jobs: ['relay'] })
    expect(topics).toEqual(['stock.availability_changed'])
  })

  test('I14: holds and orders whose time was up long ago', async () => {
    const shop = await spoiltShop()
    const { commerce, clock } = shop
    const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 2 }), 'card_requires_action', 'k')
    await commerce.inventory.reserve({ claims: [{ sku: 'TEE-S', quantity: 1 }], holder: { type: 'external', id: 'a fair' } })
    clock.advance(2 * hour)
    const done = await repairs(shop, ['I14', 'I14', 'I14'])
    expect(done).toMatchObject({ after: 0, left: [] })
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ status: 'expired' })
    expect([await stockOf(commerce, 'MUG'), await stockOf(commerce, 'TEE-S')]).toEqual([
      { onHand: 10, reserved: 0 },
      { onHand: 5, reserved: 0 },
    ])
    await expectSound(commerce)
  })

  test('I14: a reservation that did not follow its order, whichever way the order went', async () => {
    const shop = await spoiltShop()
    const { commerce } = shop
    const kept = await shop.sold('kept', 2)
    const ended = await shop.sold('ended', 3)
    await commerce.checkout.cancel({ actor: staff, orderId: ended.id })
    await commerce.worker.runOnce({ jobs: ['refunds'] })
    const reservation = (orderId: string) => `(SELECT reservation_id FROM orders WHERE id = '${orderId}')`
    shop.spoil(`
      UPDATE reservations SET status = 'held', expires_at = (SELECT max(expires_at) FROM carts) WHERE id = ${reservation(kept.id)};
      UPDATE reservations SET status = 'committed' WHERE id = ${reservation(ended.id)};
      UPDATE reservation_lines SET held = 3, released = 0 WHERE reservation_id = ${reservation(ended.id)};
      UPDATE stock_levels SET reserved = reserved + 3 WHERE sku = 'MUG'`)
    const done = await repairs(shop, ['I14', 'I14'])
    expect(done).toMatchObject({ after: 0, left: [] })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 2 })
    await expectSound(commerce)
  })

  test('I7: money of an order that is over and that nobody sends back', async () => {
    const shop = await spoiltShop()
    const order = await shop.sold()
    const { refund } = shop.bank
    Object.assign(shop.bank, { refund: unknown })
    await shop.commerce.checkout.cancel({ actor: staff, orderId: order.id })
    Object.assign(shop.bank, { refund })
    shop.spoil('DELETE FROM refunds')
    expect(await repairs(shop, ['I7'])).toMatchObject({ after: 0, left: [] })
    await shop.commerce.worker.runOnce({ jobs: ['refunds'] })
    expect(shop.bank.ledger.refunds()).toMatchObject([{ status: 'succeeded', amount: { amountMinor: 2500 } }])
    expect(await shop.commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ paymentStatus: 'refunded' })
    await expectSound(shop.commerce)
  })

  test('I18: a key whose call was cut off after it had written', async () => {
    const shop = await spoiltShop()
    await shop.sold()
    shop.clock.advance(hour)
    shop.spoil("UPDATE idempotency_keys SET state = 'in_progress', step = 'prepared'")
    expect(await repairs(shop, ['I18'])).toMatchObject({ after: 0, left: [] })
  })

  test('I22: what the provider says otherwise is put into the inbox, for the worker', async () => {
    const shop = await spoiltShop()
    const order = await shop.sold()
    const [payment] = await shop.commerce.payments.ofOrder({ actor: staff, orderId: order.id })
    shop.bank.ledger.refundElsewhere(payment?.providerPaymentId ?? '', 500)
    const { before, left } = await repairs(shop, [], { providers: true })
    expect({ before, left }).toMatchObject({ before: 1, left: [{ check: 'I22', violations: 1, advice: expect.stringContaining('worker --once') }] })
    await shop.commerce.worker.runOnce({ jobs: ['inbox'] })
    await expectSound(shop.commerce)
  })

  test('nothing that has no one safe mend: it is listed with what people must do', async () => {
    const shop = await spoiltShop()
    await shop.sold()
    shop.spoil("UPDATE stock_levels SET on_hand = 11 WHERE sku = 'MUG'; UPDATE payments SET captured_minor = 2400")
    const { before, after, left } = await repairs(shop, [])
    expect(after).toBe(before)
    expect(left.map(({ check, violations }) => [check, violations])).toEqual([
      ['I3', 1],
      ['I6', 1],
    ])
    expect(left[0]).toMatchObject({ samples: [{ sku: 'MUG', onHand: 11, ledger: 10 }], advice: expect.stringContaining('Count the goods') })
  })

  test('no counter while the reservations that it is counted from are wrong themselves', async () => {
    const shop = await spoiltShop()
    const order = await shop.sold()
    shop.spoil(`
      UPDATE reservation_lines SET held = held + 1, quantity = quantity + 1 WHERE reservation_id = (SELECT reservation_id FROM orders WHERE id = '${order.id}')`)
    const { left } = await repairs(shop, [])
    expect(left.map(({ check }) => check)).toEqual(['I2', 'I5'])
    expect(await stockOf(shop.commerce, 'MUG')).toEqual({ onHand: 10, reserved: 2 })
  })

  test('a shop that goes on selling, without a unit or a cent astray', async () => {
    const shop = await spoiltShop()
    const { commerce } = shop
    shop.spoil("UPDATE stock_levels SET reserved = 3 WHERE sku = 'MUG'")
    const carts = await Promise.all(Array.from({ length: 12 }, () => quotedCart(commerce, { MUG: 1 })))
    const buying = carts.map((cart, index) =>
      placeWith(commerce, cart, 'card_ok', `k-${index}`).then(
        ({ outcome }) => outcome,
        () => 'refused',
      ),
    )
    const repairing = Array.from({ length: 6 }, () => commerce.audit.repair({ graceMs: 0 }))
    await Promise.all([...buying, ...repairing])
    await commerce.audit.repair({ graceMs: 0 })
    const outcomes = await Promise.all(buying)
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: outcomes.filter((outcome) => outcome === 'confirmed').length })
    await expectSound(commerce)
  })
})
