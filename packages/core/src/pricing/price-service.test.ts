import { describe, expect, test } from 'vitest'
import { address, expectSound, staff, testShop } from '../../test/test-shop.ts'
import type { Commerce } from '../create-commerce.ts'

const ada = { type: 'customer', customerId: 'ada' } as const
const list = { actor: staff, code: 'trade', name: 'Trade', currency: 'USD' }

/** A shop where ada buys at the prices of a list for her group: mugs at 10.00, from ten on at 9.00. */
async function tradeShop() {
  const shop = await testShop({})
  const { commerce } = shop
  await commerce.customers.setGroups({ actor: staff, customerId: 'ada', groups: ['trade'] })
  await commerce.prices.save({ ...list, groups: ['trade'] })
  const prices = [
    { sku: 'MUG', amountMinor: 1000 },
    { sku: 'MUG', minQuantity: 10, amountMinor: 900 },
  ]
  await commerce.prices.setPrices({ actor: staff, code: 'trade', prices })
  const { cart } = await commerce.carts.create({ actor: ada })
  return { ...shop, cartId: cart.id }
}

const quoteOf = (commerce: Commerce, cartId: string) => commerce.checkout.quote({ actor: ada, cartId, shippingAddress: address, shippingMethod: 'standard' })
const place = (commerce: Commerce, cartId: string, amountMinor: number, idempotencyKey: string) =>
  commerce.checkout.place({
    actor: ada,
    cartId,
    expectedTotal: { amountMinor, currency: 'USD' },
    payment: { provider: 'fake', method: 'card_ok' },
    idempotencyKey,
  })

describe('buying at list prices', () => {
  test('carts, quotes and orders have the price of the group and the quantity; others pay the variant’s own', async () => {
    const { commerce, cartId } = await tradeShop()
    const few = await commerce.carts.addLine({ actor: ada, cartId, sku: 'MUG', quantity: 4 })
    expect(few).toMatchObject({ subtotalMinor: 4000, lines: [{ unitMinor: 1000, regularMinor: 1250, priceList: 'trade', problems: [] }] })
    const many = await commerce.carts.addLine({ actor: ada, cartId, sku: 'MUG', quantity: 6 })
    expect(many).toMatchObject({ subtotalMinor: 9000, lines: [{ unitMinor: 900, problems: [] }] })
    const quote = await quoteOf(commerce, cartId)
    expect(quote).toMatchObject({ total: { amountMinor: 9000 }, lines: [{ unitMinor: 900, totalMinor: 9000, priceList: 'trade' }] })
    const { order } = await place(commerce, cartId, 9000, 'a')
    expect(order).toMatchObject({ totalMinor: 9000, lines: [{ unitMinor: 900, priceList: 'trade' }] })
    await expectSound(commerce)

    const { cart, guestToken = '' } = await commerce.carts.create({})
    const guests = await commerce.carts.addLine({ actor: { type: 'guest', token: guestToken }, cartId: cart.id, sku: 'TEE-S', quantity: 1 })
    expect(guests.lines).toMatchObject([{ unitMinor: 2000, regularMinor: 2000, priceList: null }])
  })

  test('a list that changes after the quote makes it stale: the buyer is asked again when the total is another', async () => {
    const { commerce, cartId } = await tradeShop()
    await commerce.carts.addLine({ actor: ada, cartId, sku: 'MUG', quantity: 1 })
    await quoteOf(commerce, cartId)
    await commerce.prices.setPrices({ actor: staff, code: 'trade', prices: [{ sku: 'MUG', amountMinor: 1100 }] })
    await expect(place(commerce, cartId, 1000, 'a')).rejects.toMatchObject({ code: 'TOTAL_CHANGED', details: { total: { amountMinor: 1100 } } })
    expect((await commerce.carts.get({ actor: ada, cartId })).lines[0]?.problems).toEqual([
      { type: 'price_changed', sku: 'MUG', fromMinor: 1000, toMinor: 1100 },
    ])
    expect((await place(commerce, cartId, 1100, 'b')).order).toMatchObject({ totalMinor: 1100 })
  })

  test('a list ends, a customer leaves the group, a list is put aside or deleted: the variant’s own price counts again', async () => {
    const { commerce, cartId, clock } = await tradeShop()
    await commerce.carts.addLine({ actor: ada, cartId, sku: 'MUG', quantity: 1 })
    const unit = async () => (await commerce.carts.get({ actor: ada, cartId })).lines[0]?.unitMinor
    await commerce.prices.save({ ...list, groups: ['trade'], endsAt: new Date(clock.date().getTime() + 60_000) })
    await quoteOf(commerce, cartId)
    expect(await unit()).toBe(1000)
    clock.advance(60_000)
    expect(await unit()).toBe(1250)
    await expect(place(commerce, cartId, 1000, 'a')).rejects.toMatchObject({ code: 'TOTAL_CHANGED', details: { total: { amountMinor: 1250 } } })
    await commerce.prices.save({ ...list, groups: ['trade'] })
    await commerce.customers.setGroups({ actor: staff, customerId: 'ada', groups: [] })
    expect(await unit()).toBe(1250)
    await commerce.prices.save(list)
    expect(await unit()).toBe(1000)
    await commerce.prices.save({ ...list, active: false })
    expect(await unit()).toBe(1250)
    await commerce.prices.save(list)
    await commerce.prices.delete({ actor: staff, code: 'trade' })
    expect(await unit()).toBe(1250)
  })

  test('pages show the steps of whoever asks', async () => {
    const { commerce } = await tradeShop()
    const steps = [
      { minQuantity: 1, amountMinor: 1000, priceList: 'trade' },
      { minQuantity: 10, amountMinor: 900, priceList: 'trade' },
    ]
    expect(await commerce.prices.for({ actor: ada, skus: ['MUG', 'NOTHING', 'MUG'] })).toEqual([{ sku: 'MUG', currency: 'USD', regularMinor: 1250, steps }])
    const guests = await commerce.prices.for({ actor: { type: 'guest', token: 'x'.repeat(43) }, skus: ['MUG'] })
    expect(guests).toMatchObject([{ steps: [{ minQuantity: 1, amountMinor: 1250, priceList: null }] }])
  })
})

describe('keeping lists', () => {
  test('is for staff; a list keeps its currency, and unknown SKUs are told', async () => {
    const { commerce } = await tradeShop()
    for (const call of [
      commerce.prices.save({ ...list, actor: ada }),
      commerce.prices.get({ actor: ada, code: 'trade' }),
      commerce.prices.list({ actor: ada }),
      commerce.prices.prices({ actor: ada, code: 'trade' }),
      commerce.prices.setPrices({ actor: ada, code: 'trade', prices: [{ sku: 'MUG', amountMinor: 1 }] }),
      commerce.prices.removePrices({ actor: ada, code: 'trade', skus: ['MUG'] }),
      commerce.prices.delete({ actor: ada, code: 'trade' }),
    ]) {
      await expect(call).rejects.toMatchObject({ code: 'FORBIDDEN' })
    }
    await expect(commerce.prices.save({ ...list, currency: 'EUR' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      details: { issues: [{ path: 'currency' }] },
    })
    await expect(commerce.prices.get({ actor: staff, code: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const prices = [
      { sku: 'NOTHING', amountMinor: 1 },
      { sku: 'TEE-S', amountMinor: 1500 },
    ]
    expect(await commerce.prices.setPrices({ actor: staff, code: 'trade', prices })).toEqual({ set: 1, unknownSkus: ['NOTHING'] })
    expect((await commerce.prices.prices({ actor: staff, code: 'trade' })).items.map(({ sku }) => sku)).toEqual(['MUG', 'MUG', 'TEE-S'])
    expect(await commerce.prices.removePrices({ actor: staff, code: 'trade', skus: ['MUG'] })).toEqual({ removed: 2 })
    expect(await commerce.prices.get({ actor: staff, code: 'trade' })).toMatchObject({ groups: ['trade'], version: 4 })
    expect((await commerce.prices.list({ actor: staff })).items.map(({ code }) => code)).toEqual(['trade'])
  })
})
