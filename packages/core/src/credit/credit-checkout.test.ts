import { describe, expect, test } from 'vitest'
import { ada, creditShop, placeQuoted } from '../../test/credit-shop.ts'
import { address, expectSound, quotedCart, staff, stockOf } from '../../test/test-shop.ts'

const minute = 60_000

describe('a quote with credit', () => {
  test('says what gift cards and store credit pay, in their order, and what is due', async () => {
    const { card, grant, quote } = await creditShop()
    const [first, second] = [await card(10_00), await card(5_00)]
    await grant(30_00)
    const found = await quote({ MUG: 2 }, { codes: [first.code, second.code], storeCredit: true })
    expect(found).toMatchObject({ total: { amountMinor: 2500 }, creditMinor: 2500, dueMinor: 0 })
    expect(found.credits).toMatchObject([
      { accountId: first.id, kind: 'gift_card', lastFour: first.code.slice(-4), amountMinor: 1000 },
      { accountId: second.id, kind: 'gift_card', amountMinor: 500 },
      { kind: 'store_credit', lastFour: null, amountMinor: 1000 },
    ])
  })

  test('takes no more than it is told to, and nothing that is not needed', async () => {
    const { commerce, card, quote } = await creditShop()
    const { code } = await card(100_00)
    const { credits, dueMinor } = await quote({ MUG: 1 }, { codes: [code, code] })
    expect([credits.length, credits[0]?.amountMinor, dueMinor]).toEqual([1, 1250, 0])
    const { actor, cartId } = await quotedCart(commerce, { MUG: 1 })
    const where = { shippingAddress: address, shippingMethod: 'standard' }
    expect(await commerce.checkout.quote({ actor, cartId, ...where, credits: { giftCards: [code], maxMinor: 3_00 } })).toMatchObject({
      creditMinor: 300,
      dueMinor: 950,
    })
  })

  test('leaves as much as the bank can charge, and no less', async () => {
    const { card, quote } = await creditShop()
    const { code } = await card(12_30)
    expect(await quote({ MUG: 1 }, { codes: [code] })).toMatchObject({ creditMinor: 1200, dueMinor: 50 })
  })

  test('refuses a card that cannot pay, and says why; a guest has no store credit', async () => {
    const { commerce, clock, card, quote } = await creditShop()
    const [empty, lost, euros, old] = [
      await card(5_00),
      await card(5_00),
      await card(5_00, { currency: 'EUR' }),
      await card(5_00, { expiresAt: new Date('2026-03-02') }),
    ]
    await commerce.giftCards.adjust({ actor: staff, giftCardId: empty.id, amountMinor: -5_00, note: 'a mistake' })
    await commerce.giftCards.disable({ actor: staff, giftCardId: lost.id })
    clock.advance(24 * 60 * minute)
    for (const [{ code }, reason] of [
      [empty, 'empty'],
      [lost, 'disabled'],
      [euros, 'currency'],
      [old, 'expired'],
    ] as const) {
      await expect(quote({ MUG: 1 }, { codes: [code] })).rejects.toMatchObject({ code: 'GIFT_CARD_UNUSABLE', details: { reason, lastFour: code.slice(-4) } })
    }
    await expect(quote({ MUG: 1 }, { codes: ['AAAA-BBBB-CCCC-DDDD-EEEE'] })).rejects.toMatchObject({ code: 'NOT_FOUND', details: { object: 'gift card' } })
    const { actor, cartId } = await quotedCart(commerce, { MUG: 1 })
    const asked = { actor, cartId, shippingAddress: address, shippingMethod: 'standard', credits: { storeCredit: true } }
    await expect(commerce.checkout.quote(asked)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('an order with credit', () => {
  test('charges the rest only, and takes the credit once, whatever is repeated', async () => {
    const shop = await creditShop()
    const { commerce, bank } = shop
    const { id, code } = await shop.card(10_00)
    const quote = await shop.quote({ MUG: 2 }, { codes: [code] })
    const placed = await placeQuoted(commerce, quote)
    expect(placed).toMatchObject({ outcome: 'confirmed', order: { totalMinor: 2500, creditMinor: 1000, paymentStatus: 'paid' } })
    expect(await placeQuoted(commerce, quote)).toEqual(placed)
    expect(bank.ledger.totals().byCurrency).toMatchObject({ USD: { capturedMinor: 1500 } })
    expect(await shop.left(id)).toBe(0)
    expect(await commerce.orders.credits({ actor: ada, orderId: placed.order.id })).toMatchObject([{ accountId: id, amountMinor: 1000, returnedMinor: 0 }])
    const story = await commerce.orders.timeline({ actor: ada, orderId: placed.order.id })
    expect(story.map(({ text }) => text)).toContain(`A part was paid with the gift card ending in ${code.slice(-4)}.`)
    await expectSound(commerce)
  })

  test('that credit pays in whole needs no payment, is paid, and can be shipped', async () => {
    const shop = await creditShop()
    await shop.grant(40_00)
    const { order } = await shop.buy({ 'TEE-S': 2 }, { storeCredit: true })
    expect(order).toMatchObject({ status: 'confirmed', paymentStatus: 'paid', creditMinor: 4000 })
    expect(await shop.commerce.payments.ofOrder({ actor: staff, orderId: order.id })).toEqual([])
    expect(await shop.wallet()).toBe(0)
    await shop.commerce.orders.fulfil({ actor: staff, orderId: order.id })
    await expectSound(shop.commerce)
  })

  test('is refused when the credit was spent, leaves nothing, and goes through once it is there again', async () => {
    const shop = await creditShop()
    const { commerce } = shop
    const { id, code } = await shop.card(10_00)
    const [mine, other] = [await shop.quote({ MUG: 2 }, { codes: [code] }), await shop.quote({ MUG: 1 }, { codes: [code] })]
    const { order } = await placeQuoted(commerce, other)
    await expect(placeQuoted(commerce, mine)).rejects.toMatchObject({
      code: 'CREDIT_INSUFFICIENT',
      details: { accountId: id, requestedMinor: 1000, leftMinor: 0 },
    })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 1 })
    await commerce.orders.cancel({ actor: staff, orderId: order.id })
    expect(await placeQuoted(commerce, mine)).toMatchObject({ outcome: 'confirmed' })
    await expectSound(commerce)
  })

  test('is refused when a disabled card, or a customer’s own credit, would pay for it', async () => {
    const shop = await creditShop()
    const { id, code } = await shop.card(10_00)
    const quote = await shop.quote({ MUG: 1 }, { codes: [code] })
    await shop.commerce.giftCards.disable({ actor: staff, giftCardId: id })
    await expect(placeQuoted(shop.commerce, quote)).rejects.toMatchObject({ code: 'CREDIT_INSUFFICIENT', details: { leftMinor: 0 } })
    expect(await shop.left(id)).toBe(1000)
  })

  test('needs a payment for what is due, and asks the buyer again when that is not what they saw', async () => {
    const shop = await creditShop()
    const { code } = await shop.card(10_00)
    const { cartId, total } = await shop.quote({ MUG: 1 }, { codes: [code] })
    const call = { actor: ada, cartId, expectedTotal: total, idempotencyKey: 'k' }
    await expect(shop.commerce.checkout.place(call)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    const payment = { provider: 'fake', method: 'card_ok' }
    const expectedDue = { amountMinor: 100, currency: 'USD' }
    const asked = shop.commerce.checkout.place({ ...call, payment, expectedDue, idempotencyKey: 'l' })
    await expect(asked).rejects.toMatchObject({ code: 'DUE_CHANGED', details: { expected: expectedDue, due: { amountMinor: 250 } } })
    await expectSound(shop.commerce)
  })

  test('whose cart changed while it was placed is paid by the same credit as before', async () => {
    const shop = await creditShop()
    const { commerce } = shop
    const { code } = await shop.card(10_00)
    const quote = await shop.quote({ MUG: 1 }, { codes: [code] })
    await commerce.carts.updateLine({ actor: ada, cartId: quote.cartId, sku: 'MUG', quantity: 2 })
    await commerce.carts.updateLine({ actor: ada, cartId: quote.cartId, sku: 'MUG', quantity: 1 })
    expect(await placeQuoted(commerce, quote)).toMatchObject({ order: { creditMinor: 1000, totalMinor: 1250 } })
    await expectSound(commerce)
  })

  test('another card pays what was due, not the total, after a decline', async () => {
    const shop = await creditShop()
    const { commerce, bank } = shop
    await shop.grant(10_00)
    const { order } = await shop.buy({ MUG: 1 }, { storeCredit: true, method: 'card_declined' })
    expect(await shop.wallet()).toBe(0)
    const payment = { provider: 'fake', method: 'card_ok' }
    expect(await commerce.checkout.resume({ actor: ada, orderId: order.id, payment, idempotencyKey: 'r' })).toMatchObject({ outcome: 'confirmed' })
    expect(bank.ledger.totals().byCurrency).toMatchObject({ USD: { capturedMinor: 250 } })
    await expectSound(commerce)
  })
})

test('what the cart’s own pending order has of credit may be spent by the order that takes its place', async () => {
  const shop = await creditShop()
  const { commerce } = shop
  const { id, code } = await shop.card(10_00)
  await shop.grant(2_00)
  const credits = { giftCards: [code], storeCredit: true }
  const { cartId, ...first } = await shop.quote({ MUG: 2 }, { codes: [code], storeCredit: true })
  await placeQuoted(commerce, { ...first, cartId }, { method: 'card_declined' })
  expect([await shop.left(id), await shop.wallet()]).toEqual([0, 0])
  await expect(shop.quote({ MUG: 1 }, { codes: [code] })).rejects.toMatchObject({ code: 'GIFT_CARD_UNUSABLE', details: { reason: 'empty' } })

  await commerce.carts.updateLine({ actor: ada, cartId, sku: 'MUG', quantity: 1 })
  const quote = await commerce.checkout.quote({ actor: ada, cartId, shippingAddress: address, shippingMethod: 'standard', credits })
  expect(quote).toMatchObject({ creditMinor: 1200, dueMinor: 50 })
  const payment = { provider: 'fake', method: 'card_ok' }
  const placed = await commerce.checkout.place({ actor: ada, cartId, quoteId: quote.id, expectedTotal: quote.total, payment, idempotencyKey: 'second' })
  expect(placed).toMatchObject({ outcome: 'confirmed', order: { creditMinor: 1200 } })
  expect([await shop.left(id), await shop.wallet()]).toEqual([0, 0])
  await expectSound(commerce)
})

test('money that arrives late for somebody who was erased meanwhile goes back: nothing could be sent', async () => {
  const shop = await creditShop()
  const { commerce, bank, clock } = shop
  const { order } = await shop.buy({ MUG: 1 }, { method: 'card_unreachable' })
  clock.advance(60 * minute)
  await commerce.worker.runOnce()
  const [payment] = await commerce.payments.ofOrder({ actor: staff, orderId: order.id })
  bank.ledger.chargeElsewhere({ amount: { amountMinor: 1250, currency: 'USD' }, paymentId: payment?.id ?? null, orderId: order.id })
  await commerce.customers.erase({ actor: staff, customerId: 'ada' })
  clock.advance(24 * 60 * minute)
  await commerce.worker.runOnce()
  expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ status: 'expired', paymentStatus: 'refunded' })
  expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 0 })
  await expectSound(commerce)
})

describe('an order that is over gives its credit back', () => {
  test('when it is cancelled, unpaid or paid', async () => {
    const shop = await creditShop()
    const { commerce } = shop
    const { id, code } = await shop.card(10_00)
    const unpaid = await shop.buy({ MUG: 1 }, { codes: [code], method: 'card_requires_action' })
    expect(await shop.left(id)).toBe(0)
    await commerce.checkout.cancel({ actor: ada, orderId: unpaid.order.id })
    expect(await shop.left(id)).toBe(1000)

    const paid = await shop.buy({ MUG: 1 }, { codes: [code] })
    expect(await commerce.orders.cancel({ actor: staff, orderId: paid.order.id })).toMatchObject({ paymentStatus: 'refunded' })
    expect(await shop.left(id)).toBe(1000)
    expect(shop.bank.ledger.totals().byCurrency).toMatchObject({ USD: { capturedMinor: 250, refundedMinor: 250 } })
    const whole = await shop.buy({ PDF: 1 }, { codes: [code] })
    expect(await commerce.orders.cancel({ actor: staff, orderId: whole.order.id })).toMatchObject({ paymentStatus: 'refunded', displayStatus: 'refunded' })
    expect(await shop.left(id)).toBe(1000)
    await expectSound(commerce)
  })

  test('when its time is up, on a card that has expired too, which can then be spent for a while', async () => {
    const shop = await creditShop()
    const { commerce, clock } = shop
    const { id, code } = await shop.card(10_00, { expiresAt: new Date(clock.date().getTime() + 10 * minute) })
    const { order } = await shop.buy({ MUG: 1 }, { codes: [code], method: 'card_declined' })
    clock.advance(60 * minute)
    await commerce.worker.runOnce()
    expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ status: 'expired', paymentStatus: 'none' })
    expect(await commerce.giftCards.find({ actor: staff, giftCardId: id })).toMatchObject({
      balanceMinor: 1000,
      expiresAt: new Date(clock.date().getTime() + 30 * 24 * 60 * minute),
    })
    await expectSound(commerce)
  })

  test('and takes it again when late money revives it; when it was spent, the money goes back', async () => {
    for (const spent of [false, true]) {
      const shop = await creditShop()
      const { commerce, bank, clock } = shop
      const { id, code } = await shop.card(10_00)
      const { order } = await shop.buy({ MUG: 1 }, { codes: [code], method: 'card_unreachable' })
      clock.advance(60 * minute)
      await commerce.worker.runOnce()
      expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ status: 'expired' })
      const [payment] = await commerce.payments.ofOrder({ actor: staff, orderId: order.id })
      bank.ledger.chargeElsewhere({ amount: { amountMinor: 250, currency: 'USD' }, paymentId: payment?.id ?? null, orderId: order.id })
      expect(await shop.left(id)).toBe(1000)
      if (spent) await shop.buy({ PDF: 1 }, { codes: [code] })
      clock.advance(24 * 60 * minute)
      await commerce.worker.runOnce()
      const after = await commerce.orders.get({ actor: staff, id: order.id })
      expect(after).toMatchObject(spent ? { status: 'expired', paymentStatus: 'refunded' } : { status: 'confirmed', paymentStatus: 'paid' })
      expect(await shop.left(id)).toBe(spent ? 100 : 0)
      expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: spent ? 0 : 1 })
      await expectSound(commerce)
    }
  })
})
