import { memoryLiveCarts } from '@cartwright/testing'
import { describe, expect, it } from 'vitest'
import { expectSound, quotedCart, staff, testShop } from '../../test/test-shop.ts'
import { cartWith, coded, openShop, place, quote, shipping, usesOf } from '../../test/voucher-shop.ts'
import type { CartId, CustomerId } from '../ids.ts'

describe('a quote', () => {
  it('has what automatic promotions and the codes in the cart take off, and says why others do not apply', async () => {
    const shop = await openShop()
    const { commerce } = shop
    const { id } = await commerce.promotions.create({
      actor: staff,
      automatic: true,
      name: 'Mugs for less',
      effect: { type: 'fixed', amounts: { USD: 100 }, per: 'unit' },
      items: { skus: ['MUG'] },
    })
    await commerce.promotions.create({
      actor: staff,
      automatic: true,
      name: 'For the trade',
      effect: { type: 'percentage', basisPoints: 2_000 },
      conditions: { groups: ['trade'] },
    })
    await coded(shop, 'Tenth')
    await coded(shop, 'POST-FREE', { effect: { type: 'free_shipping' } })
    const cart = await cartWith(shop, 'tenth')
    await commerce.carts.addLine({ ...cart, sku: 'TEE-S', quantity: 1 })
    const view = await commerce.carts.applyVoucher({ ...cart, code: 'post-free' })
    expect(view).toMatchObject({ vouchers: ['Tenth', 'POST-FREE'], version: 5 })

    const quoted = await quote(shop, cart)
    expect(quoted).toMatchObject({
      subtotalMinor: 4_500,
      discountMinor: 200 + 430,
      shippingMinor: 0,
      shippingDiscountMinor: 500,
      total: { amountMinor: 3_870 },
      lines: [
        { sku: 'MUG', discountMinor: 430 },
        { sku: 'TEE-S', discountMinor: 200 },
      ],
      promotions: {
        applied: [
          {
            promotionId: id,
            code: null,
            discountMinor: 200,
            lines: [
              { sku: 'MUG', reason: null },
              { sku: 'TEE-S', reason: 'not_included' },
            ],
          },
          { code: 'Tenth', discountMinor: 430 },
          { code: 'POST-FREE', discountMinor: 0, shippingDiscountMinor: 500 },
        ],
        notApplied: [{ name: 'For the trade', reason: 'sign_in' }],
      },
    })
    const { order } = await place(shop, cart)
    expect(order).toMatchObject({ status: 'confirmed', totalMinor: 3_870, promotions: quoted.promotions?.applied })
    expect(await usesOf(shop, 'TENTH')).toEqual([1, 1])
    await expectSound(commerce)
  })

  it('looks at the groups, the orders and the uses of a customer', async () => {
    const shop = await openShop()
    const { commerce } = shop
    await commerce.customers.setGroups({ actor: staff, customerId: 'ada', groups: ['trade'] })
    await coded(shop, 'TRADE', { conditions: { groups: ['trade'], firstOrder: true } })
    const cart = await cartWith(shop, 'TRADE', 'ada')
    expect(await quote(shop, cart)).toMatchObject({ discountMinor: 250 })
    expect(await quote(shop, await cartWith(shop, 'TRADE', 'eve'))).toMatchObject({
      discountMinor: 0,
      promotions: { notApplied: [{ reason: 'customer_group' }] },
    })
    await place(shop, cart)
    expect(await quote(shop, await cartWith(shop, 'TRADE', 'ada'))).toMatchObject({ promotions: { notApplied: [{ reason: 'first_order' }] } })
    await expectSound(commerce)
  })

  it('is stale once a promotion has changed, begun or ended', async () => {
    const shop = await openShop()
    const { commerce, clock } = shop
    const cart = await quotedCart(commerce, { MUG: 2 })
    const payment = { provider: 'fake', method: 'card_ok' }
    const attempt = (expectedTotal: { amountMinor: number; currency: string }, idempotencyKey: string) =>
      commerce.checkout.place({ actor: cart.actor, cartId: cart.cartId, expectedTotal, payment, idempotencyKey })
    const sale = { actor: staff, automatic: true, name: 'Sale', effect: { type: 'percentage', basisPoints: 2_000 } } as const
    const { id: promotionId } = await commerce.promotions.create({ ...sale, startsAt: new Date(clock.date().getTime() + 60_000) })
    await expect(attempt({ amountMinor: 1, currency: 'USD' }, 'a')).rejects.toMatchObject({ code: 'TOTAL_CHANGED', details: { total: { amountMinor: 3_000 } } })
    clock.advance(60_000)
    await expect(attempt(cart.quote.total, 'b')).rejects.toMatchObject({ code: 'TOTAL_CHANGED', details: { total: { amountMinor: 2_500 } } })
    await commerce.promotions.update({ actor: staff, promotionId, effect: { type: 'percentage', basisPoints: 4_000 } })
    await expect(attempt(cart.quote.total, 'c')).rejects.toMatchObject({ code: 'TOTAL_CHANGED', details: { total: { amountMinor: 2_000 } } })
    await commerce.promotions.end({ actor: staff, promotionId })
    expect(await attempt(cart.quote.total, 'd')).toMatchObject({ outcome: 'confirmed', order: { totalMinor: 3_000 } })
  })
})

describe('an order that cost less', () => {
  it('is refunded by what was paid, to the last cent', async () => {
    const shop = await openShop()
    const { commerce } = shop
    await coded(shop, 'THIRD', { effect: { type: 'percentage', basisPoints: 3_333 } })
    await coded(shop, 'HALF-POST', { effect: { type: 'free_shipping', basisPoints: 5_000 } })
    const cart = await cartWith(shop, 'THIRD')
    await commerce.carts.applyVoucher({ ...cart, code: 'HALF-POST' })
    await commerce.carts.updateLine({ ...cart, sku: 'MUG', quantity: 3 })
    const { order } = await place(shop, cart)
    expect(order).toMatchObject({ discountMinor: 1_250, shippingMinor: 250, totalMinor: 2_750 })
    const [line] = order.lines
    const refund = (idempotencyKey: string, shippingToo: boolean) =>
      commerce.orders.refund({
        actor: staff,
        orderId: order.id,
        lines: [{ orderLineId: line?.id ?? '', quantity: 1 }],
        ...(shippingToo ? { shipping: true } : {}),
        reason: 'broken',
        idempotencyKey,
      })
    const refunds = [await refund('1', false), await refund('2', false), await refund('3', true)]
    expect(refunds.map(({ amountMinor }) => amountMinor).reduce((sum, amount) => sum + amount, 0)).toBe(2_750)
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ paymentStatus: 'refunded' })
    await expectSound(commerce)
  })

  it('may cost nothing at all', async () => {
    const shop = await openShop()
    await coded(shop, 'GIFT', { effect: { type: 'percentage', basisPoints: 10_000 }, limits: { total: 1 } })
    await coded(shop, 'POST', { effect: { type: 'free_shipping' } })
    const cart = await cartWith(shop, 'GIFT')
    await shop.commerce.carts.applyVoucher({ ...cart, code: 'POST' })
    const { total } = await quote(shop, cart)
    expect(total.amountMinor).toBe(0)
    expect(await shop.commerce.checkout.place({ ...cart, expectedTotal: total, idempotencyKey: 'free' })).toMatchObject({ outcome: 'confirmed' })
    expect(await usesOf(shop, 'GIFT')).toEqual([1, 1])
    await expectSound(shop.commerce)
  })
})

describe('the uses of a customer who is erased', () => {
  it('stay counted, under names that lead to nobody', async () => {
    const shop = await openShop()
    const { commerce } = shop
    await coded(shop, 'HELLO', { limits: { perCustomer: 1 } })
    const email = 'ada@example.com'
    await commerce.customers.update({ actor: staff, customerId: 'ada', email, emailVerified: true })
    await place(shop, await cartWith(shop, 'HELLO'), { email })
    await place(shop, await cartWith(shop, 'HELLO', 'ada'))
    await commerce.customers.claimOrders({ actor: staff, customerId: 'ada' })
    const keysOf = () =>
      commerce.storage.snapshot({ source: 'database' }, async ({ promotions }) => {
        const query = { cartId: '00000000-0000-7000-8000-0000000000aa' as CartId, codeKeys: [], skus: [], customerId: 'ada' as CustomerId }
        return (await promotions.offers(query)).used.size
      })
    expect(await keysOf()).toBe(1)
    await commerce.customers.erase({ actor: staff, customerId: 'ada', force: true })
    expect([await keysOf(), await usesOf(shop, 'HELLO')]).toEqual([0, [2, 2]])
    await expectSound(commerce)
  })
})

it('codes are kept by carts in a live store, and count once they are placed', async () => {
  const shop = await testShop({ shipping, carts: memoryLiveCarts() })
  await coded(shop, 'ONCE', {}, 1)
  const cart = await cartWith(shop, 'once')
  expect((await shop.commerce.carts.get(cart)).vouchers).toEqual(['ONCE'])
  expect(await place(shop, cart)).toMatchObject({ outcome: 'confirmed', order: { discountMinor: 250 } })
  expect(await usesOf(shop, 'ONCE')).toEqual([1, 1])
  await expectSound(shop.commerce)
})
