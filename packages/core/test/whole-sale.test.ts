import { type TaxRules, taxTable } from '@cartwright/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seed } from './property-seed.ts'
import { address, expectSound, staff, stockOf, testShop } from './test-shop.ts'

const usd = (amountMinor: number) => [{ currency: 'USD', amountMinor }]
const minute = 60_000
const ada = { type: 'customer', customerId: 'ada' } as const
const bob = { type: 'customer', customerId: 'bob' } as const

/** A shop that has all at once: prices for a group, a bundle of goods that are sold singly too, an automatic promotion, a voucher for one order, a gift card, tax, holds. */
async function fullShop(rules: TaxRules = {}) {
  const tax = taxTable({ ...rules, places: [{ countries: ['GB'], taxes: [{ name: 'VAT', rate: '20' }] }] })
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
async function quoted({ commerce, code }: Shop, actor: typeof ada | typeof bob = ada, [sets, mugs]: readonly [number, number] = [1, 1]) {
  const { cart } = await commerce.carts.create({ actor, currency: 'USD' })
  const of = { actor, cartId: cart.id }
  await commerce.carts.addLines({
    ...of,
    lines: [
      { sku: 'SET', quantity: sets },
      { sku: 'MUG', quantity: mugs },
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

/** Units of the set or of the mugs, and how they are refunded: before they are sent, without a return, or with one. */
const piece = fc.record({
  line: fc.nat(1),
  quantity: fc.integer({ min: 1, max: 3 }),
  how: fc.constantFrom('removed' as const, 'shipped' as const, 'returned' as const),
  to: fc.constantFrom('original' as const, 'store_credit' as const),
})

const pieces = fc.record({
  rules: fc.record({
    pricesInclude: fc.constantFrom('none' as const, 'tax' as const),
    rounding: fc.constantFrom('per_line' as const, 'per_order' as const),
    shipping: fc.constantFrom('as_lines' as const, { category: 'standard' }),
  }),
  setMinor: fc.integer({ min: 1, max: 9_999 }),
  quantities: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 })),
  shippingFirst: fc.boolean(),
  refunds: fc.array(piece, { maxLength: 5 }),
})

test(`what was charged comes back exactly, and all units, in whatever pieces and ways an order is refunded (seed ${seed})`, async () => {
  const tell = async ({ rules, setMinor, quantities, shippingFirst, refunds }: typeof pieces extends fc.Arbitrary<infer Told> ? Told : never) => {
    const shop = await fullShop(rules)
    const { commerce, bank } = shop
    await commerce.catalog.setPrice({ sku: 'SET', price: { currency: 'USD', amountMinor: setMinor } })
    const { place } = await quoted(shop, ada, quantities)
    const { order } = await place('card_ok')
    const of = { actor: staff, orderId: order.id }
    if (shippingFirst) await commerce.orders.refund({ ...of, shipping: true })
    for (const refund of refunds) await refundPiece(shop, order.id, refund)
    const { lines } = await commerce.orders.get({ actor: staff, id: order.id })
    const rest = lines.map((line) => ({ orderLineId: line.id, quantity: line.quantity - line.refundedQuantity })).filter(({ quantity }) => quantity > 0)
    if (rest.length > 0 || !shippingFirst)
      await commerce.orders.refund({ ...of, ...(rest.length === 0 ? {} : { lines: rest }), ...(shippingFirst ? {} : { shipping: true }) })
    await commerce.worker.runOnce()

    const decided = await commerce.orders.refunds(of)
    expect(decided.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(order.totalMinor)
    const { balanceMinor } = await commerce.storeCredit.balance({ actor: ada })
    expect((bank.ledger.totals().byCurrency.USD?.refundedMinor ?? 0) + (await shop.left()) + balanceMinor).toBe(order.totalMinor + 2000 - order.creditMinor)
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ paymentStatus: 'refunded' })
    expect([await stockOf(commerce, 'MUG'), await stockOf(commerce, 'TEE-S')]).toEqual([
      { onHand: 10, reserved: 0 },
      { onHand: 5, reserved: 0 },
    ])
    await expectSound(commerce)
  }
  await fc.assert(fc.asyncProperty(pieces, tell), { seed, numRuns: 6, endOnFailure: true })
})

/** Refunds units of an order, as far as there are any left, shipping them first where they have to be. */
async function refundPiece(
  { commerce }: Shop,
  orderId: string,
  { line: index, quantity, how, to }: typeof piece extends fc.Arbitrary<infer Told> ? Told : never,
) {
  const of = { actor: staff, orderId }
  const line = (await commerce.orders.get({ actor: staff, id: orderId })).lines[index]
  if (line === undefined) throw new Error('an order of two lines')
  const unshipped = line.quantity - line.fulfilledQuantity - line.cancelledQuantity
  const withBuyer = line.quantity - line.refundedQuantity - unshipped
  const units = { orderLineId: line.id, quantity: Math.min(quantity, how === 'removed' ? unshipped : unshipped + withBuyer) }
  if (units.quantity === 0) return
  if (how === 'removed') return commerce.orders.edit({ ...of, changes: { remove: [units] } })
  if (units.quantity > withBuyer) await commerce.orders.fulfil({ ...of, lines: [{ ...units, quantity: units.quantity - withBuyer }] })
  if (how === 'shipped') return commerce.orders.refund({ ...of, lines: [{ ...units, from: 'shipped' }], to })
  const { id: returnId } = await commerce.returns.request({ ...of, lines: [{ ...units, reason: 'changed_mind' }] })
  await commerce.returns.approve({ actor: staff, returnId })
  await commerce.returns.receive({ actor: staff, returnId })
  return commerce.returns.refund({ actor: staff, returnId, to })
}
