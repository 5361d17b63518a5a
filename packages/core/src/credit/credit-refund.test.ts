import { describe, expect, test } from 'vitest'
import { ada, creditShop } from '../../test/credit-shop.ts'
import { expectSound, placeWith, quotedCart, staff } from '../../test/test-shop.ts'

/** A paid order of two mugs, 25.00: 10.00 by a gift card, 3.00 by store credit, 12.00 by the bank. */
async function splitOrder() {
  const shop = await creditShop()
  const { id, code } = await shop.card(10_00)
  await shop.grant(3_00)
  const { order } = await shop.buy({ MUG: 2 }, { codes: [code], storeCredit: true })
  const { commerce, bank } = shop
  const refund = (params: Omit<Parameters<typeof commerce.orders.refund>[0], 'actor' | 'orderId'>) =>
    commerce.orders.refund({ actor: staff, orderId: order.id, ...params })
  return {
    ...shop,
    order,
    refund,
    state: async () => ({
      payment: (await commerce.orders.get({ actor: staff, id: order.id })).paymentStatus,
      bank: bank.ledger.totals().byCurrency.USD?.refundedMinor ?? 0,
      card: await shop.left(id),
      wallet: await shop.wallet(),
      left: (await commerce.orders.refundable({ actor: staff, orderId: order.id })).refundableMinor,
    }),
  }
}

describe('a refund of an order that credit has paid in part', () => {
  test('goes to the bank as far as the bank has paid, then to credit, the last taken first', async () => {
    const { commerce, refund, state } = await splitOrder()
    expect(await state()).toEqual({ payment: 'paid', bank: 0, card: 0, wallet: 0, left: 2500 })
    const first = await refund({ amountMinor: 11_00 })
    expect(first).toMatchObject({ refunds: [{ amountMinor: 1100, status: 'succeeded' }], credits: [] })
    expect(await state()).toEqual({ payment: 'partially_refunded', bank: 1100, card: 0, wallet: 0, left: 1400 })
    const second = await refund({ amountMinor: 5_00 })
    expect(second.refunds.map(({ amountMinor }) => amountMinor)).toEqual([100])
    expect(second.credits.map(({ amountMinor }) => amountMinor).sort()).toEqual([100, 300])
    expect(await state()).toEqual({ payment: 'partially_refunded', bank: 1200, card: 100, wallet: 300, left: 900 })
    await refund({ amountMinor: 9_00 })
    expect(await state()).toEqual({ payment: 'refunded', bank: 1200, card: 1000, wallet: 300, left: 0 })
    await expect(refund({ amountMinor: 1 })).rejects.toMatchObject({ code: 'REFUND_TOO_MUCH', details: { refundableMinor: 0 } })
    await expectSound(commerce)
  })

  test('becomes store credit in whole when it is asked to, and then nothing of it is left for the bank', async () => {
    const { commerce, order, refund, state, bank } = await splitOrder()
    const given = await refund({ amountMinor: 20_00, to: 'store_credit' })
    expect(given).toMatchObject({ refunds: [{ provider: 'store_credit', status: 'succeeded', amountMinor: 1200 }], credits: [{ amountMinor: 2000 }] })
    expect(await state()).toEqual({ payment: 'partially_refunded', bank: 0, card: 0, wallet: 2000, left: 500 })
    await commerce.orders.cancel({ actor: staff, orderId: order.id })
    expect(await state()).toEqual({ payment: 'refunded', bank: 0, card: 500, wallet: 2000, left: 0 })
    await commerce.payments.reconcile({ actor: staff })
    await commerce.worker.runOnce()
    expect(bank.ledger.totals().byCurrency.USD?.refundedMinor ?? 0).toBe(0)
    await expectSound(commerce)
  })

  test('two of 60 on 100 give one of 60, however the order was paid', async () => {
    for (const credit of [100, 50, 20]) {
      const shop = await creditShop()
      const { code } = await shop.card(credit)
      await shop.commerce.catalog.setPrice({ sku: 'PDF', price: { currency: 'USD', amountMinor: 100 } })
      const { order } = await shop.buy({ PDF: 1 }, { codes: [code] })
      const asked = await Promise.allSettled([60, 60].map((amountMinor) => shop.commerce.orders.refund({ actor: staff, orderId: order.id, amountMinor })))
      expect(asked.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      await expectSound(shop.commerce)
    }
  })

  test('of units is repeated once by its key, and tells the buyer where the money went', async () => {
    const { commerce, order, refund, state } = await splitOrder()
    const [line] = order.lines
    const asked = { lines: [{ orderLineId: line?.id ?? '', quantity: 2 }], idempotencyKey: 'k' }
    expect(await refund(asked)).toMatchObject(await refund(asked))
    expect(await state()).toMatchObject({ payment: 'refunded', card: 1000, wallet: 300 })
    const story = await commerce.orders.timeline({ actor: ada, orderId: order.id })
    expect(story.map(({ text }) => text)).toContain('Money went back to your store credit.')
    await expectSound(commerce)
  })

  test('whose payment is only authorised gives credit, and shows it once the payment is captured', async () => {
    const shop = await creditShop()
    const { commerce } = shop
    const { id, code } = await shop.card(10_00)
    const { order } = await shop.buy({ MUG: 1 }, { codes: [code], capture: 'manual' })
    const { id: orderId } = order
    expect(order.paymentStatus).toBe('authorised')
    await expect(commerce.orders.refund({ actor: staff, orderId, amountMinor: 10_01 })).rejects.toMatchObject({ code: 'REFUND_TOO_MUCH' })
    await commerce.orders.refund({ actor: staff, orderId, amountMinor: 3_00 })
    expect(await shop.left(id)).toBe(300)
    await commerce.payments.capture({ actor: staff, orderId })
    expect(await commerce.orders.get({ actor: staff, id: orderId })).toMatchObject({ paymentStatus: 'partially_refunded' })
    await expectSound(commerce)
    await commerce.orders.cancel({ actor: staff, orderId })
    expect(await commerce.orders.get({ actor: staff, id: orderId })).toMatchObject({ paymentStatus: 'refunded' })
    expect(await shop.left(id)).toBe(1000)
    await expectSound(commerce)
  })

  test('cannot become store credit of a guest', async () => {
    const { commerce } = await creditShop()
    const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', 'k')
    const asked = commerce.orders.refund({ actor: staff, orderId: order.id, amountMinor: 100, to: 'store_credit' })
    await expect(asked).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { issues: [{ path: 'to' }] } })
    await expectSound(commerce)
  })

  test('cannot become store credit of somebody who was erased', async () => {
    const { commerce, order, refund } = await splitOrder()
    await commerce.customers.erase({ actor: staff, customerId: 'ada', force: true })
    await expect(refund({ amountMinor: 100, to: 'store_credit' })).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { issues: [{ path: 'to' }] } })
    await refund({ amountMinor: order.totalMinor })
    await expectSound(commerce)
  })

  test('of a return may become store credit too', async () => {
    const { commerce, order, state } = await splitOrder()
    await commerce.orders.fulfil({ actor: staff, orderId: order.id })
    const lines = [{ orderLineId: order.lines[0]?.id ?? '', quantity: 1, reason: 'does_not_fit' as const }]
    const { id: returnId } = await commerce.returns.request({ actor: ada, orderId: order.id, lines })
    await commerce.returns.approve({ actor: staff, returnId })
    await commerce.returns.receive({ actor: staff, returnId })
    await commerce.returns.refund({ actor: staff, returnId, to: 'store_credit' })
    expect(await state()).toMatchObject({ wallet: 1250, bank: 0 })
    await expectSound(commerce)
  })
})
