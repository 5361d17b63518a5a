import { describe, expect, it } from 'vitest'
import { address, expectSound, staff, testShop } from '../../test/test-shop.ts'

const guest = { type: 'guest', token: 'a-token-of-some-guest-or-other' } as const
const tenth = { type: 'percentage', basisPoints: 1_000 } as const

async function voucherShop() {
  const shop = await testShop()
  const { id: promotionId } = await shop.commerce.promotions.create({ actor: staff, name: 'Spring', effect: tenth })
  return { ...shop, promotionId }
}

describe('promotions', () => {
  it('are made, changed, listed and ended by staff', async () => {
    const { commerce, promotionId } = await voucherShop()
    const { id: other } = await commerce.promotions.create({ actor: staff, automatic: true, name: 'Other', effect: { type: 'free_shipping' } })
    expect(await commerce.promotions.update({ actor: staff, promotionId, limits: { total: 5 } })).toMatchObject({
      name: 'Spring',
      effect: tenth,
      limits: { total: 5, perCustomer: null },
      version: 2,
    })
    const page = await commerce.promotions.list({ actor: staff, limit: 1 })
    const rest = await commerce.promotions.list({ actor: staff, after: page.next ?? '' })
    expect([...page.items, ...rest.items].map(({ id }) => id)).toEqual([other, promotionId])
    expect(await commerce.promotions.end({ actor: staff, promotionId })).toMatchObject({ status: 'ended', version: 3 })
    expect(await commerce.promotions.end({ actor: staff, promotionId })).toMatchObject({ status: 'ended', version: 3 })
    expect((await commerce.promotions.list({ actor: staff, status: 'active' })).items.map(({ id }) => id)).toEqual([other])
    await expect(commerce.promotions.update({ actor: staff, promotionId, name: 'X' })).rejects.toMatchObject({ code: 'PROMOTION_ENDED' })
    await expectSound(commerce)
  })

  it('are not for buyers to make or see', async () => {
    const { commerce, promotionId } = await voucherShop()
    for (const actor of [guest, { type: 'customer', customerId: 'ada' } as const]) {
      const forbidden = { code: 'FORBIDDEN' }
      await expect(commerce.promotions.create({ actor, name: 'X', effect: tenth })).rejects.toMatchObject(forbidden)
      await expect(commerce.promotions.update({ actor, promotionId, name: 'X' })).rejects.toMatchObject(forbidden)
      await expect(commerce.promotions.get({ actor, promotionId })).rejects.toMatchObject(forbidden)
      await expect(commerce.promotions.list({ actor })).rejects.toMatchObject(forbidden)
      await expect(commerce.promotions.end({ actor, promotionId })).rejects.toMatchObject(forbidden)
      await expect(commerce.vouchers.create({ actor, promotionId, code: 'FREE' })).rejects.toMatchObject(forbidden)
      await expect(commerce.vouchers.generate({ actor, promotionId, count: 1 })).rejects.toMatchObject(forbidden)
      await expect(commerce.vouchers.list({ actor, promotionId })).rejects.toMatchObject(forbidden)
      await expect(commerce.vouchers.get({ actor, code: 'FREE' })).rejects.toMatchObject(forbidden)
      await expect(commerce.vouchers.end({ actor, code: 'FREE' })).rejects.toMatchObject(forbidden)
    }
  })

  it('are refused when their terms cannot be', async () => {
    const { commerce } = await voucherShop()
    const make = (terms: object) => commerce.promotions.create({ actor: staff, name: 'X', effect: tenth, ...terms })
    const now = new Date()
    for (const terms of [
      { startsAt: now, endsAt: now },
      { effect: { type: 'percentage', basisPoints: 10_001 } },
      { effect: { type: 'fixed', amounts: {} } },
      { effect: { type: 'fixed', amounts: { USD: 1.5 } } },
      {
        effect: {
          type: 'quantity_tiers',
          tiers: [
            { from: 2, basisPoints: 500 },
            { from: 3, basisPoints: 500 },
          ],
        },
      },
      {
        effect: {
          type: 'subtotal_tiers',
          tiers: [
            { from: { USD: 2 }, basisPoints: 1 },
            { from: { EUR: 3 }, basisPoints: 2 },
          ],
        },
      },
      { items: {} },
      { limits: { total: 0 } },
    ]) {
      await expect(make(terms)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    }
    expect(await make({ conditions: { firstOrder: true } })).toMatchObject({ limits: { perCustomer: 1 } })
  })
})

describe('vouchers', () => {
  it('have codes that are one whatever their capitals, or that nobody guesses', async () => {
    const { commerce, promotionId } = await voucherShop()
    expect(await commerce.vouchers.create({ actor: staff, promotionId, code: 'Spring' })).toMatchObject({ code: 'Spring', limit: null, used: 0 })
    await expect(commerce.vouchers.create({ actor: staff, promotionId, code: 'SPRING' })).rejects.toMatchObject({ code: 'VOUCHER_TAKEN' })
    const made = await commerce.vouchers.generate({ actor: staff, promotionId, count: 300, prefix: 'vip' })
    expect(new Set(made.map(({ code }) => code)).size).toBe(300)
    expect(made.every(({ code, limit }) => /^vip(-[2-9A-HJ-NP-Z]{4}){3}$/.test(code) && limit === 1)).toBe(true)
    const page = await commerce.vouchers.list({ actor: staff, promotionId, limit: 100 })
    expect(page.items[0]?.code).toBe('Spring')
    expect((await commerce.vouchers.list({ actor: staff, promotionId, limit: 100, after: page.next ?? '' })).items).toHaveLength(100)
    expect(await commerce.vouchers.get({ actor: staff, code: 'sPRING' })).toMatchObject({ code: 'Spring', promotion: { id: promotionId } })
    await expect(commerce.vouchers.get({ actor: staff, code: 'NONE' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('end, and are not for promotions that have ended or that apply by themselves', async () => {
    const { commerce, clock, promotionId } = await voucherShop()
    await commerce.vouchers.create({ actor: staff, promotionId, code: 'SPRING' })
    expect(await commerce.vouchers.end({ actor: staff, code: 'spring' })).toMatchObject({ endedAt: clock.date() })
    expect(await commerce.vouchers.end({ actor: staff, code: 'spring' })).toMatchObject({ endedAt: clock.date() })
    await expect(commerce.vouchers.end({ actor: staff, code: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await commerce.promotions.end({ actor: staff, promotionId })
    await expect(commerce.vouchers.generate({ actor: staff, promotionId, count: 1 })).rejects.toMatchObject({ code: 'PROMOTION_ENDED' })
    const { id } = await commerce.promotions.create({ actor: staff, automatic: true, name: 'A', effect: tenth })
    await expect(commerce.vouchers.create({ actor: staff, promotionId: id, code: 'AUTO' })).rejects.toMatchObject({ code: 'PROMOTION_AUTOMATIC' })
  })

  it('cannot be limited to less than is used', async () => {
    const { commerce, promotionId } = await voucherShop()
    await commerce.vouchers.create({ actor: staff, promotionId, code: 'SPRING' })
    const actor = { type: 'customer', customerId: 'ada' } as const
    for (const key of ['1', '2']) {
      const { cart } = await commerce.carts.create({ actor })
      await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'MUG', quantity: 1 })
      await commerce.carts.applyVoucher({ actor, cartId: cart.id, code: 'SPRING' })
      const { total } = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress: address, shippingMethod: 'standard' })
      await commerce.checkout.place({ actor, cartId: cart.id, expectedTotal: total, payment: { provider: 'fake', method: 'card_ok' }, idempotencyKey: key })
    }
    const limited = (limits: { total?: number; perCustomer?: number }) => commerce.promotions.update({ actor: staff, promotionId, limits })
    await expect(limited({ total: 1 })).rejects.toMatchObject({ code: 'PROMOTION_IN_USE', details: { used: 2 } })
    await expect(limited({ perCustomer: 1 })).rejects.toMatchObject({ code: 'PROMOTION_IN_USE', details: { used: 2 } })
    expect(await limited({ total: 2, perCustomer: 2 })).toMatchObject({ limits: { total: 2, perCustomer: 2 }, used: 2 })
    await expectSound(commerce)
  })
})

describe('the codes of a cart', () => {
  it('are refused when the shop has none such, or it is no good now', async () => {
    const { commerce, clock, promotionId } = await voucherShop()
    await commerce.vouchers.create({ actor: staff, promotionId, code: 'SPRING' })
    await commerce.vouchers.create({ actor: staff, promotionId, code: 'OVER' })
    await commerce.vouchers.end({ actor: staff, code: 'OVER' })
    const { cart, guestToken = '' } = await commerce.carts.create()
    const put = (code: string) => commerce.carts.applyVoucher({ actor: { type: 'guest', token: guestToken }, cartId: cart.id, code })
    await expect(put('NONE')).rejects.toMatchObject({ code: 'VOUCHER_UNKNOWN' })
    await expect(put('OVER')).rejects.toMatchObject({ code: 'VOUCHER_REFUSED', details: { reason: 'ended' } })
    await commerce.promotions.update({ actor: staff, promotionId, startsAt: new Date(clock.date().getTime() + 1_000) })
    await expect(put('SPRING')).rejects.toMatchObject({ details: { reason: 'not_started' } })
    clock.advance(1_000)
    expect(await put('spring')).toMatchObject({ vouchers: ['SPRING'], version: 2 })
    expect(await put('Spring')).toMatchObject({ vouchers: ['SPRING'], version: 2 })
    const actor = { type: 'guest', token: guestToken } as const
    expect(await commerce.carts.removeVoucher({ actor, cartId: cart.id, code: 'sPring' })).toMatchObject({ vouchers: [], version: 3 })
    expect(await commerce.carts.removeVoucher({ actor, cartId: cart.id, code: 'spring' })).toMatchObject({ version: 3 })
  })

  it('cannot be tried without end, by one buyer or from one place', async () => {
    const { commerce } = await testShop({ rateLimits: { rules: { voucher: { burst: 2, perMs: 60_000 }, voucherClient: { burst: 3, perMs: 60_000 } } } })
    const attempt = async (carts: Awaited<ReturnType<typeof commerce.carts.create>>) =>
      commerce.carts
        .applyVoucher({ actor: { type: 'guest', token: carts.guestToken ?? '' }, cartId: carts.cart.id, code: 'GUESS', client: '192.0.2.1' })
        .catch(({ code, details }) => [code, details.rule])
    const [one, other] = [await commerce.carts.create(), await commerce.carts.create()]
    const unknown = ['VOUCHER_UNKNOWN', undefined]
    expect([await attempt(one), await attempt(one), await attempt(one)]).toEqual([unknown, unknown, ['RATE_LIMITED', 'voucher']])
    expect(await attempt(other)).toEqual(['RATE_LIMITED', 'voucherClient'])
  })

  it('are limited also where the host has said nothing of it', async () => {
    const { commerce } = await testShop()
    const { cart, guestToken = '' } = await commerce.carts.create()
    const codes: string[] = []
    for (let attempt = 0; attempt < 21; attempt += 1) {
      const params = { actor: { type: 'guest', token: guestToken } as const, cartId: cart.id, code: `GUESS-${attempt}` }
      codes.push(await commerce.carts.applyVoucher(params).catch(({ code }) => code))
    }
    expect([codes.filter((code) => code === 'VOUCHER_UNKNOWN').length, codes.at(-1)]).toEqual([20, 'RATE_LIMITED'])
  })

  it('are ten at most, and go with the cart of a guest who signs in', async () => {
    const { commerce, promotionId } = await voucherShop()
    const codes = (await commerce.vouchers.generate({ actor: staff, promotionId, count: 14 })).map(({ code }) => code)
    const ada = { type: 'customer', customerId: 'ada' } as const
    const own = await commerce.carts.create({ actor: ada })
    const { cart, guestToken = '' } = await commerce.carts.create()
    const put = (actor: typeof ada | { type: 'guest'; token: string }, cartId: string, code: string) => commerce.carts.applyVoucher({ actor, cartId, code })
    for (const code of codes.slice(0, 6)) await put(ada, own.cart.id, code)
    for (const code of codes.slice(4, 14)) await put({ type: 'guest', token: guestToken }, cart.id, code)
    await expect(put({ type: 'guest', token: guestToken }, cart.id, codes[0] ?? '')).rejects.toMatchObject({ code: 'CART_LIMIT' })
    const merged = await commerce.carts.merge({ actor: ada, guestCartId: cart.id, guestToken, cartId: own.cart.id })
    expect(merged.cart.vouchers).toEqual(codes.slice(0, 10))
    await expectSound(commerce)
  })
})
