import { type Commerce, CommerceError, inProcessAdmission } from '@cartwright/core'
import { expect, test } from 'vitest'
import { address, placeWith, quotedCart, testShop } from '../../test/test-shop.ts'
import type { Admission } from './admission.ts'

const maxAgeMs = 1_000

/** A shop with ten mugs behind a gate whose clock is moved by hand; counts the transactions that prepare an order. */
async function gatedShop(gate?: Admission) {
  const time = { ms: 0 }
  const admission = gate ?? inProcessAdmission({ nowMs: () => time.ms })
  const prepared = { count: 0 }
  const probe = async (step: string) => {
    if (step === 'place.prepare.claimed') prepared.count += 1
  }
  const shop = await testShop({ inventory: { admission: { gate: admission, skus: ['MUG'], maxAgeMs } }, probe })
  return { ...shop, time, prepared }
}

const carts = (commerce: Commerce, count: number, quantity = 1) => Promise.all(Array.from({ length: count }, () => quotedCart(commerce, { MUG: quantity })))

/** @returns how many were confirmed; all others must have been told that there is none. */
async function placeAll(commerce: Commerce, all: Awaited<ReturnType<typeof carts>>): Promise<number> {
  const ends = await Promise.allSettled(all.map((cart, index) => placeWith(commerce, cart, 'card_ok', `k-${index}`)))
  const refused = ends.filter((end) => end.status === 'rejected')
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'OUT_OF_STOCK' })
  return ends.length - refused.length
}

test('those for whom nothing is left cost no transaction', async () => {
  const { commerce, prepared } = await gatedShop()
  expect(await placeAll(commerce, await carts(commerce, 40))).toBe(10)
  expect(prepared.count).toBe(10)
})

test('units that come back are sold again once the counts are too old, by whomever they came', async () => {
  const { commerce, time, prepared } = await gatedShop()
  const all = await carts(commerce, 14)
  const first = await placeWith(commerce, all[0] as (typeof all)[0], 'card_ok', 'first')
  await placeAll(commerce, all.slice(1, 10))
  await commerce.orders.cancel({ actor: { type: 'admin', id: 'ops' }, orderId: first.order.id })
  await commerce.inventory.adjust({ sku: 'MUG', by: 1, reason: 'received' })
  expect(await placeAll(commerce, all.slice(10, 11))).toBe(0)
  const before = prepared.count
  time.ms += maxAgeMs
  expect([await placeAll(commerce, all.slice(10, 11)), await placeAll(commerce, all.slice(11))]).toEqual([1, 1])
  expect(prepared.count - before).toBe(2)
})

test('a hold that has run out is found by the one who is let through', async () => {
  const { commerce, clock, time } = await gatedShop()
  const [all, alone] = [await carts(commerce, 2, 10), await carts(commerce, 1)]
  await placeWith(commerce, all[0] as (typeof all)[0], 'card_declined', 'k')
  clock.advance(3 * 3_600_000)
  time.ms += maxAgeMs
  const late = alone[0] as (typeof alone)[0]
  const quote = await commerce.checkout.quote({ actor: late.actor, cartId: late.cartId, shippingAddress: address, shippingMethod: 'standard' })
  expect((await placeWith(commerce, { ...late, quote }, 'card_ok', 'late')).outcome).toBe('confirmed')
})

test('a buyer whose card was declined may try anew with the units held for the cart', async () => {
  const { commerce } = await gatedShop()
  const [cart] = await carts(commerce, 1, 10)
  if (cart === undefined) throw new Error('one cart was asked for')
  await placeWith(commerce, cart, 'card_declined', 'first')
  expect((await placeWith(commerce, cart, 'card_ok', 'second')).outcome).toBe('confirmed')
})

test('what fails for another reason gives its place back', async () => {
  const { commerce, prepared } = await gatedShop()
  const [first, second] = await carts(commerce, 2, 10)
  if (first === undefined || second === undefined) throw new Error('two carts were asked for')
  const wrong = { ...first, quote: { ...first.quote, total: { ...first.quote.total, amountMinor: 1 } } }
  await expect(placeWith(commerce, wrong, 'card_ok', 'k')).rejects.toMatchObject({ code: 'TOTAL_CHANGED' })
  expect((await placeWith(commerce, second, 'card_ok', 'k')).outcome).toBe('confirmed')
  expect(prepared.count).toBe(2)
})

test('counts that are too high sell nothing: the database decides, and they are mended', async () => {
  const { commerce, prepared } = await gatedShop()
  const all = await carts(commerce, 13)
  await placeWith(commerce, all[0] as (typeof all)[0], 'card_ok', 'first')
  await commerce.inventory.adjust({ sku: 'MUG', by: -9, reason: 'damaged' })
  expect(await placeAll(commerce, all.slice(1, 2))).toBe(0)
  const before = prepared.count
  expect(await placeAll(commerce, all.slice(2))).toBe(0)
  expect(prepared.count).toBe(before)
})

test('while the counts are away, everybody goes to the database', async () => {
  const away = async () => {
    throw new CommerceError('DEPENDENCY_UNAVAILABLE', { details: { dependency: 'redis', reason: 'timeout' } })
  }
  const { commerce, prepared } = await gatedShop({ take: away, fill: away, correct: away })
  expect(await placeAll(commerce, await carts(commerce, 14))).toBe(10)
  expect(prepared.count).toBe(14)
})
