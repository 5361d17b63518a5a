import { memoryLiveCarts } from '@cartwright/testing'
import { describe, expect, it } from 'vitest'
import { address, expectSound, quotedCart, staff, stockOf, type TestShop, testShop } from '../../test/test-shop.ts'
import type { CartId, CustomerId } from '../ids.ts'
import { flatShipping } from '../pricing/shipping-rates.ts'
import type { CreatePromotionInput } from './promotion-input.ts'

const shipping = flatShipping([{ method: 'standard', label: 'Standard', amountMinor: 500 }])
const rates = { voucher: { burst: 1_000, perMs: 1_000 } }

async function openShop(): Promise<TestShop> {
  return testShop({ shipping, rateLimits: { rules: rates } })
}

/** A promotion with a code. */
async function coded({ commerce }: TestShop, code: string, terms: Partial<CreatePromotionInput> = {}, limit: number | null = null) {
  const effect = { type: 'percentage', basisPoints: 1_000 } as const
  const promotion = await commerce.promotions.create({ actor: staff, name: `With ${code}`, effect, ...terms })
  await commerce.vouchers.create({ actor: staff, promotionId: promotion.id, code, limit })
  return promotion
}

/** A cart of two mugs, 25.00 together, with a code. */
async function cartWith({ commerce }: TestShop, code: string, customerId?: string) {
  const actor = customerId === undefined ? undefined : ({ type: 'customer', customerId } as const)
  const made = await commerce.carts.create(actor === undefined ? {} : { actor })
  const who = actor ?? ({ type: 'guest', token: made.guestToken ?? '' } as const)
  const cartId = made.cart.id
  await commerce.carts.addLine({ actor: who, cartId, sku: 'MUG', quantity: 2 })
  await commerce.carts.applyVoucher({ actor: who, cartId, code })
  return { actor: who, cartId }
}

type CartOf = Awaited<ReturnType<typeof cartWith>>

function quote({ commerce }: TestShop, cart: CartOf) {
  return commerce.checkout.quote({ ...cart, shippingAddress: address, shippingMethod: 'standard' })
}

let keys = 0
async function place(shop: TestShop, cart: CartOf, { method = 'card_ok', email }: { method?: string; email?: string } = {}) {
  const { total } = await quote(shop, cart)
  keys += 1
  const mail = email === undefined ? {} : { email }
  return shop.commerce.checkout.place({ ...cart, ...mail, expectedTotal: total, payment: { provider: 'fake', method }, idempotencyKey: `key-${keys}` })
}

const usesOf = async ({ commerce }: TestShop, code: string) => {
  const { used, promotion } = await commerce.vouchers.get({ actor: staff, code })
  return [used, promotion.used]
}

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
