import { taxTable } from '@cartwright/core'
import { expect, test } from 'vitest'
import { address, expectSound, staff, stockOf, testShop } from './test-shop.ts'

const usd = (amountMinor: number) => [{ currency: 'USD', amountMinor }]
const minute = 60_000
const ada = { type: 'customer', customerId: 'ada' } as const
const bob = { type: 'customer', customerId: 'bob' } as const

/** A shop that has all at once: prices for a group, a bundle of goods that are sold singly too, an automatic promotion, a voucher for one order, a gift card, tax, holds. */
async function fullShop() {
  const tax = taxTable({ places: [{ countries: ['GB'], taxes: [{ name: 'VAT', rate: '20' }] }] })
  const shop = await testShop({ tax, shipping: { rates: async () => [{ method: 'standard', label: 'Post', amountMinor: 490 }] } })
  const { commerce } = shop
  const components = [{ sku: 'MUG', quantity: 2 }, { sku: 'TEE-S' }]
  await commerce.catalog.upsertMany({ products: [{ handle: 'set', title: 'Set', variants: [{ sku: 'SET', prices: usd(4000), components }] }] })
  await commerce.prices.save({ actor: staff, code: 'trade', name: 'Trade', currency: 'USD', groups: ['trade'] })
  await commerce.prices.setPrices({ actor: staff, code: 'trade', prices: [{ sku: 'MUG', amountMinor: 1000 }] })
  await commerce.customers.setGroups({ actor: staff, customerId: 'ada', groups: ['trade'] })
  const tenth = { type: 'percentage', basisPoints: 1_000 } as const
  await commerce.promotions.create({ actor: staff, automatic: true, name: 'Tenth', effect: tenth })
  const { id: promotionId } = await commerce.promotions.create({ actor: staff, name: 'Five off', effect: { type: 'fixed', amounts: { USD: 500 } } })
  await commerce.vouchers.create({ actor: staff, promotionId, code: 'FIVE', limit: 1 })
  const { giftCard, code } = await commerce.giftCards.issue({ actor: staff, amountMinor: 2000 })
  const left = async () => (await commerce.giftCards.find({ actor: staff, giftCardId: giftCard.id })).balanceMinor
  const used = async () => (await commerce.vouchers.get({ actor: staff, code: 'FIVE' })).used
  return { ...shop, giftCardId: giftCard.id, code: code ?? '', left, used }
}

type Shop = Awaited<ReturnType<typeof fullShop>>

/** A held cart of a set and a mug with the voucher, and its quote with the gift card. */
async function quoted({ commerce, code }: Shop, actor: typeof ada | typeof bob = ada) {
  const { cart } = await commerce.carts.create({ actor, currency: 'USD' })
  const of = { actor, cartId: cart.id }
  await commerce.carts.addLines({
    ...of,
    lines: [
      { sku: 'SET', quantity: 1 },
      { sku: 'MUG', quantity: 1 },
    ],
  })
  await commerce.carts.applyVoucher({ ...of, code: 'FIVE' })
  await commerce.carts.hold(of)
  const quote = await commerce.checkout.quote({ ...of, shippingAddress: address, shippingMethod: 'standard', credits: { giftCards: [code] } })
  const place = (method: string) =>
    commerce.checkout.place({
      ...of,
      quoteId: quote.id,
      expectedTotal: quote.total,
      payment: { provider: 'fake', method },
      idempotencyKey: `of-${actor.customerId}`,
    })
  return { quote, place }
}

test('prices, bundle, promotions, voucher, tax, hold and gift card add up in one order, and what is refunded comes back from all of them', async () => {
  const shop = await fullShop()
  const { commerce } = shop
  const { quote, place } = await quoted(shop)
  // 4000 + 1000 by the list; a tenth and five off; 4.90 by post; a fifth of tax on both.
  const net = 5000 - quote.discountMinor
  expect(quote).toMatchObject({ subtotalMinor: 5000, discountMinor: 1000, shippingMinor: 490, taxMinor: (net + 490) / 5, creditMinor: 2000 })
  expect(quote.total.amountMinor).toBe(net + 490 + quote.taxMinor)
  expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 3 })

  const { order } = await place('card_ok')
  expect(order).toMatchObject({ status: 'confirmed', paymentStatus: 'paid', creditMinor: 2000 })
  const [payment] = await commerce.payments.ofOrder({ actor: staff, orderId: order.id })
  expect(payment).toMatchObject({ capturedMinor: quote.dueMinor })
  expect([await shop.left(), await shop.used(), await stockOf(commerce, 'MUG')]).toEqual([0, 1, { onHand: 10, reserved: 3 }])
  await expectSound(commerce)

  await commerce.orders.fulfil({ actor: staff, orderId: order.id })
  expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 7, reserved: 0 })
  const lines = order.lines.map(({ id, quantity }) => ({ orderLineId: id, quantity }))
  const refund = await commerce.orders.refund({ actor: staff, orderId: order.id, lines, shipping: true })
  expect(refund.amountMinor).toBe(order.totalMinor)
  expect([await shop.left(), await stockOf(commerce, 'MUG'), await stockOf(commerce, 'TEE-S')]).toEqual([
    2000,
    { onHand: 10, reserved: 0 },
    { onHand: 5, reserved: 0 },
  ])
  await expectSound(commerce)
})

test.each(['is revived by late money with all that it gave back', 'gets late money returned, and takes nothing, when its voucher is used up'])(
  'an order of all that which expires %s',
  async (which) => {
    const isUsedUp = which.startsWith('gets')
    const shop = await fullShop()
    const { commerce, bank, clock } = shop
    const { quote, place } = await quoted(shop)
    const { order } = await place('card_unreachable')
    expect([await shop.left(), await shop.used()]).toEqual([0, 1])
    clock.advance(60 * minute)
    await commerce.worker.runOnce()
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ status: 'expired' })
    expect([await shop.left(), await shop.used(), await stockOf(commerce, 'MUG')]).toEqual([2000, 0, { onHand: 10, reserved: 0 }])
    await expectSound(commerce)

    const [payment] = await commerce.payments.ofOrder({ actor: staff, orderId: order.id })
    bank.ledger.chargeElsewhere({ amount: { amountMinor: quote.dueMinor, currency: 'USD' }, paymentId: payment?.id ?? null, orderId: order.id })
    if (isUsedUp) {
      await (await quoted(shop, bob)).place('card_ok')
      await commerce.giftCards.adjust({ actor: staff, giftCardId: shop.giftCardId, amountMinor: 2000, note: 'again' })
    }
    clock.advance(24 * 60 * minute)
    await commerce.worker.runOnce()
    const after = await commerce.orders.get({ actor: staff, id: order.id })
    expect(after).toMatchObject(isUsedUp ? { status: 'expired', paymentStatus: 'refunded' } : { status: 'confirmed', paymentStatus: 'paid' })
    expect([await shop.left(), await shop.used(), await stockOf(commerce, 'MUG')]).toEqual([isUsedUp ? 2000 : 0, 1, { onHand: 10, reserved: 3 }])
    await expectSound(commerce)
  },
)
