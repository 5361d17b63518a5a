import { describe, expect, it } from 'vitest'
import { expectSound, quotedCart, staff, stockOf, type TestShop } from '../../test/test-shop.ts'
import { cartWith, coded, openShop, place, quote, usesOf } from '../../test/voucher-shop.ts'

describe('a limit', () => {
  it('is held in prepare: who comes too late is told so, keeps the cart, and can place it without the code', async () => {
    const shop = await openShop()
    const { commerce } = shop
    await coded(shop, 'ONCE', {}, 1)
    const [first, second] = [await cartWith(shop, 'ONCE'), await cartWith(shop, 'ONCE')]
    const { total } = await quote(shop, second)
    await place(shop, first)
    const late = () => commerce.checkout.place({ ...second, expectedTotal: total, payment: { provider: 'fake', method: 'card_ok' }, idempotencyKey: 'late' })
    await expect(late()).rejects.toMatchObject({ code: 'VOUCHER_REFUSED', details: { code: 'ONCE', reason: 'used_up' } })
    await expect(late()).rejects.toMatchObject({ code: 'VOUCHER_REFUSED' })
    expect(await quote(shop, second)).toMatchObject({ discountMinor: 0, promotions: { notApplied: [{ code: 'ONCE', reason: 'used_up' }] } })
    expect(await place(shop, second)).toMatchObject({ outcome: 'confirmed', order: { totalMinor: 3_000 } })
    await expectSound(commerce)
  })

  it('has room again when an order is cancelled or expires', async () => {
    const shop = await openShop()
    const { commerce, clock } = shop
    await coded(shop, 'ONCE', { limits: { total: 1, perCustomer: 1 } }, 1)
    const { order } = await place(shop, await cartWith(shop, 'ONCE', 'ada'))
    expect(await usesOf(shop, 'ONCE')).toEqual([1, 1])
    await commerce.orders.cancel({ actor: staff, orderId: order.id })
    expect(await usesOf(shop, 'ONCE')).toEqual([0, 0])
    const again = await place(shop, await cartWith(shop, 'ONCE', 'ada'), { method: 'card_requires_action' })
    expect([again.outcome, await usesOf(shop, 'ONCE')]).toEqual(['requires_action', [1, 1]])
    clock.advance(3_600_000)
    await commerce.worker.runOnce()
    expect(await commerce.orders.get({ actor: staff, id: again.order.id })).toMatchObject({ status: 'expired' })
    expect(await usesOf(shop, 'ONCE')).toEqual([0, 0])
    await expectSound(commerce)
  })

  it('does not stand in the way of another attempt of the same cart', async () => {
    const shop = await openShop()
    await coded(shop, 'ONCE', { limits: { total: 1, perCustomer: 1 } }, 1)
    const cart = await cartWith(shop, 'ONCE', 'ada')
    expect(await place(shop, cart, { method: 'card_declined' })).toMatchObject({ outcome: 'declined' })
    await shop.commerce.carts.updateLine({ ...cart, sku: 'MUG', quantity: 4 })
    expect(await place(shop, cart)).toMatchObject({ outcome: 'confirmed', order: { discountMinor: 500 } })
    expect(await usesOf(shop, 'ONCE')).toEqual([1, 1])
    await expectSound(shop.commerce)
  })

  it('of one customer counts guests by their address of mail, and asks for it', async () => {
    const shop = await openShop()
    await coded(shop, 'HELLO', { limits: { perCustomer: 1 } })
    const refusal = (reason: string) => ({ code: 'VOUCHER_REFUSED', details: { code: 'HELLO', reason } })
    await expect(place(shop, await cartWith(shop, 'HELLO'))).rejects.toMatchObject(refusal('email_required'))
    await place(shop, await cartWith(shop, 'HELLO'), { email: 'Ada@example.com' })
    await expect(place(shop, await cartWith(shop, 'HELLO'), { email: 'ada@EXAMPLE.com' })).rejects.toMatchObject(refusal('used_up_by_customer'))
    await place(shop, await cartWith(shop, 'HELLO'), { email: 'eve@example.com' })
    await expectSound(shop.commerce)
  })

  it('of one customer counts what they used as a guest, once the order is claimed, and not past the limit', async () => {
    const shop = await openShop()
    const { commerce } = shop
    const claim = () => commerce.customers.claimOrders({ actor: staff, customerId: 'ada' })
    const adas = (code: string) => cartWith(shop, code, 'ada')
    const hasUsedUp = async (code: string) =>
      expect(await quote(shop, await adas(code))).toMatchObject({ discountMinor: 0, promotions: { notApplied: [{ code, reason: 'used_up_by_customer' }] } })
    await coded(shop, 'TWICE', { limits: { perCustomer: 2 } })
    await coded(shop, 'ONCE', { limits: { perCustomer: 1 } })
    const email = 'ada@example.com'
    await commerce.customers.update({ actor: staff, customerId: 'ada', email, emailVerified: true })
    const asGuest = await place(shop, await cartWith(shop, 'TWICE'), { email })
    await place(shop, await cartWith(shop, 'ONCE'), { email })
    await place(shop, await adas('ONCE'))
    expect((await claim()).orderIds).toHaveLength(2)
    await expectSound(commerce)
    await place(shop, await adas('TWICE'))
    await hasUsedUp('TWICE')
    await hasUsedUp('ONCE')
    expect([await usesOf(shop, 'TWICE'), await usesOf(shop, 'ONCE')]).toEqual([
      [2, 2],
      [2, 2],
    ])
    await commerce.orders.cancel({ actor: staff, orderId: asGuest.order.id })
    await place(shop, await adas('TWICE'))
    await hasUsedUp('TWICE')
    await expectSound(commerce)
  })

  it('of a first order holds for guests by their address of mail', async () => {
    const shop = await openShop()
    await coded(shop, 'FIRST', { conditions: { firstOrder: true } })
    const plain = await quotedCart(shop.commerce, { MUG: 1 })
    const payment = { provider: 'fake', method: 'card_ok' }
    await shop.commerce.checkout.place({
      actor: plain.actor,
      cartId: plain.cartId,
      expectedTotal: plain.quote.total,
      payment,
      email: 'ada@example.com',
      idempotencyKey: 'q',
    })
    await expect(place(shop, await cartWith(shop, 'FIRST'), { email: 'ADA@example.com' })).rejects.toMatchObject({ details: { reason: 'first_order' } })
    expect(await place(shop, await cartWith(shop, 'FIRST'), { email: 'bob@example.com' })).toMatchObject({ order: { discountMinor: 250 } })
    await expectSound(shop.commerce)
  })

  it('that an automatic promotion has come to makes quotes without it', async () => {
    const shop = await openShop()
    const { commerce } = shop
    const terms = { effect: { type: 'percentage', basisPoints: 5_000 }, limits: { total: 1 } } as const
    await commerce.promotions.create({ actor: staff, automatic: true, name: 'The first', ...terms })
    const [first, second] = [await quotedCart(commerce, { MUG: 2 }), await quotedCart(commerce, { MUG: 2 })]
    expect([first, second].map((cart) => cart.quote.discountMinor)).toEqual([1_250, 1_250])
    const attempt = ({ actor, cartId, quote: { total } }: typeof first, idempotencyKey: string) =>
      commerce.checkout.place({ actor, cartId, expectedTotal: total, payment: { provider: 'fake', method: 'card_ok' }, idempotencyKey })
    await attempt(first, 'first')
    await expect(attempt(second, 'second')).rejects.toMatchObject({ code: 'TOTAL_CHANGED', details: { total: { amountMinor: 3_000 } } })
    await expectSound(commerce)
  })
})

describe('money that comes after its order has expired', () => {
  /** An order with the code that expired unpaid; the money for it comes once `comes` is called. */
  async function expired(shop: TestShop) {
    const { commerce, bank, clock } = shop
    await coded(shop, 'ONCE', { limits: { total: 1, perCustomer: 1 } }, 1)
    const { order } = await place(shop, await cartWith(shop, 'ONCE', 'ada'), { method: 'card_unreachable' })
    clock.advance(3_600_000)
    await commerce.worker.runOnce()
    expect([(await commerce.orders.get({ actor: staff, id: order.id })).status, await usesOf(shop, 'ONCE')]).toEqual(['expired', [0, 0]])
    const comes = async () => {
      const [payment] = await commerce.payments.ofOrder({ actor: staff, orderId: order.id })
      bank.ledger.chargeElsewhere({ amount: { amountMinor: order.totalMinor, currency: 'USD' }, paymentId: payment?.id ?? null, orderId: order.id })
      clock.advance(3_600_000)
      await commerce.worker.runOnce()
      return commerce.orders.get({ actor: staff, id: order.id })
    }
    return { order, comes }
  }

  it('revives it, and its voucher is used again', async () => {
    const shop = await openShop()
    const { comes } = await expired(shop)
    expect(await comes()).toMatchObject({ status: 'confirmed', paymentStatus: 'paid', discountMinor: 250 })
    expect(await usesOf(shop, 'ONCE')).toEqual([1, 1])
    await expectSound(shop.commerce)
  })

  it('goes back when the voucher was used up by somebody else, whose use stays', async () => {
    const shop = await openShop()
    const { comes } = await expired(shop)
    await place(shop, await cartWith(shop, 'ONCE', 'eve'))
    expect(await comes()).toMatchObject({ status: 'expired', paymentStatus: 'refunded' })
    expect([await usesOf(shop, 'ONCE'), await stockOf(shop.commerce, 'MUG')]).toEqual([[1, 1], { onHand: 10, reserved: 2 }])
    await expectSound(shop.commerce)
  })

  it('goes back when the stock is gone, and leaves the voucher free', async () => {
    const shop = await openShop()
    const { comes } = await expired(shop)
    await shop.commerce.inventory.adjust({ sku: 'MUG', to: 1, reason: 'counted', idempotencyKey: 'count' })
    expect(await comes()).toMatchObject({ status: 'expired', paymentStatus: 'refunded' })
    expect(await usesOf(shop, 'ONCE')).toEqual([0, 0])
    await expectSound(shop.commerce)
  })
})
