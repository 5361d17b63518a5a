import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { flatShipping, miniSearchIndex, noTax } from '@cartwright/core'
import type { Storage } from '@cartwright/core/ports'
import { fakePayments } from '@cartwright/testing'
import {
  faultyPaymentProvider,
  faultySearchIndex,
  faultyShippingRates,
  faultyStorage,
  faultyTaxCalculator,
  type StorageFault,
  scriptedFaults,
} from '@cartwright/testing/faults'
import { describe, expect, test } from 'vitest'
import { address, expectSound, placeWith, quotedCart, testShop } from '../test-shop.ts'

const now = { source: 'database' } as const

/** Location codes after one location was written under this fault, and what the writer was told. */
async function writeUnder(fault: StorageFault): Promise<{ told: string; codes: readonly string[]; runs: number }> {
  const sound = sqliteStorage({ file: ':memory:' })
  await sound.migrations.up()
  const storage = faultyStorage(sound, scriptedFaults([{ call: 'transaction', nth: 1, fault }]))
  let runs = 0
  const write = storage.transaction(now, async ({ stock }) => {
    runs += 1
    await stock.ensureLocation({ id: '01900000-0000-7000-8000-000000000001' as never, code: 'here', name: 'Here', priority: 0, active: true })
  })
  const told = await write.then(
    () => 'done',
    (error: { code: string }) => error.code,
  )
  const codes = (await sound.snapshot(now, ({ stock }) => stock.listLocations())).map(({ code }) => code)
  await storage.close()
  return { told, codes, runs }
}

describe('a faulty storage', () => {
  const cases: readonly (readonly [StorageFault, string, readonly string[], number])[] = [
    ['busy', 'STORAGE_BUSY', [], 0],
    ['unavailable', 'STORAGE_UNAVAILABLE', [], 0],
    ['conflict', 'CONFLICT', [], 1],
    ['rolled_back', 'STORAGE_UNAVAILABLE', [], 1],
    ['lost_rollback', 'OUTCOME_UNKNOWN', [], 1],
    ['lost_commit', 'OUTCOME_UNKNOWN', ['here'], 1],
    ['run_twice', 'done', ['here'], 2],
  ]
  test.each(cases)('%s: the caller is told %s', async (fault, told, codes, runs) => {
    expect(await writeUnder(fault)).toEqual({ told, codes, runs })
  })

  test('fails snapshots too, and then is itself again', async () => {
    const sound: Storage = sqliteStorage({ file: ':memory:' })
    await sound.migrations.up()
    const storage = faultyStorage(sound, scriptedFaults([{ call: 'snapshot', nth: 1, fault: 'busy' }]))
    const read = () => storage.snapshot(now, ({ stock }) => stock.listLocations())
    await expect(read()).rejects.toMatchObject({ code: 'STORAGE_BUSY' })
    expect(await read()).toEqual([])
    await storage.close()
  })
})

describe('a bank behind a bad line', () => {
  const start = {
    paymentId: 'p1' as never,
    orderId: 'o1' as never,
    orderNumber: 'AAAA-AAAA',
    amount: { amountMinor: 1250, currency: 'USD' },
    method: 'card_ok',
    capture: 'automatic' as const,
    idempotencyKey: 'start:p1',
    signal: new AbortController().signal,
  }
  const theirs = (bank: ReturnType<typeof fakePayments>) => bank.ledger.listPayments({ limit: 10 }).items.length

  test.each([
    ['request_lost', 0],
    ['answer_lost', 1],
    ['late', 0],
  ] as const)('%s: nobody knows, and the bank has %i payments', async (fault, payments) => {
    const bank = fakePayments()
    const line = faultyPaymentProvider(bank, scriptedFaults([{ call: 'start', nth: 1, fault }]))
    expect(await line.start(start)).toMatchObject({ outcome: 'unknown' })
    expect(theirs(bank)).toBe(payments)
    expect(await line.start(start)).toMatchObject({ outcome: 'accepted' })
    await line.deliverLate()
    expect(theirs(bank)).toBe(1)
  })

  test('a late request arrives some calls after it was given up', async () => {
    const bank = fakePayments()
    const line = faultyPaymentProvider(bank, scriptedFaults([{ call: 'start', nth: 1, fault: 'late' }]))
    await line.start(start)
    const find = () => line.findByOurId({ paymentId: start.paymentId, signal: start.signal })
    expect([(await find()).length, (await find()).length, (await find()).length]).toEqual([0, 0, 1])
  })

  test('a repeated request is one payment; a blind look-up finds nothing, a lost one throws', async () => {
    const bank = fakePayments()
    const script = scriptedFaults<'start' | 'findByOurId', 'repeated' | 'blind' | 'request_lost'>([
      { call: 'start', nth: 1, fault: 'repeated' },
      { call: 'findByOurId', nth: 1, fault: 'blind' },
      { call: 'findByOurId', nth: 2, fault: 'request_lost' },
    ])
    const line = faultyPaymentProvider(bank, { next: (call) => (call === 'start' || call === 'findByOurId' ? script.next(call) : undefined) })
    await line.start(start)
    const find = () => line.findByOurId({ paymentId: start.paymentId, signal: start.signal })
    expect(await find()).toEqual([])
    await expect(find()).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' })
    expect(await find()).toHaveLength(1)
  })
})

describe('a service that fails', () => {
  test('tax and shipping: the quote fails, nothing is harmed, and the next one is made', async () => {
    const tax = faultyTaxCalculator(noTax, scriptedFaults([{ call: 'calculate', nth: 1, fault: 'unavailable' }]))
    const shipping = faultyShippingRates(flatShipping(), scriptedFaults([{ call: 'rates', nth: 1, fault: 'answer_lost' }]))
    const { commerce } = await testShop({ tax, shipping })
    const { cart, guestToken } = await commerce.carts.create({ currency: 'USD' })
    const actor = { type: 'guest', token: guestToken ?? '' } as const
    await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'MUG', quantity: 1 })
    const quote = () => commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress: address, shippingMethod: 'standard' })
    await expect(quote()).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE', retryable: true, details: { dependency: 'shipping', reason: 'refused' } })
    await expect(quote()).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE', retryable: true, details: { dependency: 'tax', reason: 'refused' } })
    expect(await quote()).toMatchObject({ total: { amountMinor: 1250 } })
    await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', 'a')
    await expectSound(commerce)
  })

  test('search: while the index fails the database answers, and a failed update is made up for', async () => {
    const script = scriptedFaults<'upsert' | 'remove' | 'clear' | 'query', 'unavailable'>([{ call: 'query', nth: 1, fault: 'unavailable' }])
    const { commerce } = await testShop({ search: faultySearchIndex(miniSearchIndex(), script) })
    const sought = async () => {
      const { degraded, items } = await commerce.search.query({ text: 'mug' })
      return [degraded, items.map(({ sku }) => sku)]
    }
    expect(await sought()).toEqual([true, ['MUG']])
    expect(await sought()).toEqual([false, ['MUG']])
  })
})
