import type { Commerce } from '@cartwright/core'
import { memoryLiveCarts, quickPasswords } from '@cartwright/testing'
import { describe, expect, test } from 'vitest'
import { address, expectSound, staff, testShop } from './test-shop.ts'

const email = 'Ada.Canary@example.com'
const password = 'canary horse battery'
const home = { name: 'Ada Canary', line1: '1 Canary Wharf', city: 'London', postalCode: 'E14 5AB', country: 'GB' }

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  )

const shop = (options: Parameters<typeof testShop>[0] = {}) => testShop({ accounts: { passwords: quickPasswords() }, ...options })

async function signedUp(commerce: Commerce, mailed = email) {
  const { mail } = await commerce.accounts.register({ email: mailed, password, name: 'Ada Canary' })
  const { session, token } = await commerce.accounts.verifyEmail({ token: mail.token, password })
  return { actor: { type: 'customer', customerId: session.customerId } as const, token }
}

/** Places an order of a mug, as a guest unless a customer is named. */
async function bought(commerce: Commerce, customer: { readonly type: 'customer'; readonly customerId: string } | undefined, more: object = {}) {
  const { cart, guestToken = '' } = await commerce.carts.create(customer === undefined ? {} : { actor: customer })
  const actor = customer ?? ({ type: 'guest', token: guestToken } as const)
  await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'MUG', quantity: 1 })
  const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress: home, shippingMethod: 'standard', ...more })
  const payment = { provider: 'fake', method: 'card_ok' } as const
  const order = { actor, cartId: cart.id, expectedTotal: quote.total, payment, email, idempotencyKey: `order ${cart.id}` }
  return { actor, order: (await commerce.checkout.place(order)).order }
}

describe('orders of a guest', () => {
  test('become those of the customer who has shown that the address of mail is theirs, once, and the guest keeps their link', async () => {
    const { commerce } = await shop()
    const guest = await bought(commerce, undefined)
    const { actor } = await signedUp(commerce, 'ada.canary@EXAMPLE.com')
    const eve = await signedUp(commerce, 'eve@example.com')
    expect(await commerce.customers.claimOrders({ actor: eve.actor })).toEqual({ orderIds: [] })
    const claims = await Promise.all(Array.from({ length: 32 }, () => commerce.customers.claimOrders({ actor })))
    expect(claims.flatMap(({ orderIds }) => orderIds)).toEqual([guest.order.id])
    expect((await commerce.orders.list({ actor })).items.map(({ id }) => id)).toEqual([guest.order.id])
    expect((await commerce.orders.get({ actor: guest.actor, id: guest.order.id })).customerId).toBe(actor.customerId)
    expect(await codeOf(commerce.orders.get({ actor: eve.actor, id: guest.order.id }))).toBe('NOT_FOUND')
    await commerce.orders.fulfil({ actor: staff, orderId: guest.order.id })
    await expectSound(commerce)
    await commerce.close()
  })

  test('stay the guest’s while nobody has shown that', async () => {
    const { commerce } = await shop()
    await bought(commerce, undefined)
    const unverified = { actor: staff, customerId: 'host-7', email }
    await commerce.customers.update(unverified)
    expect(await codeOf(commerce.customers.claimOrders({ actor: { type: 'customer', customerId: 'host-7' } }))).toBe('EMAIL_UNVERIFIED')
    await commerce.customers.update({ ...unverified, emailVerified: true })
    expect((await commerce.customers.claimOrders({ actor: { type: 'customer', customerId: 'host-7' } })).orderIds).toHaveLength(1)
    await commerce.close()
  })

  test('are claimed by what the directory of the host says', async () => {
    const known = new Map([
      ['ada', { email, emailVerified: true, name: null, phone: null }],
      ['eve', { email, emailVerified: false, name: null, phone: null }],
    ])
    const { commerce } = await testShop({ customers: { find: async ({ customerId }) => known.get(customerId) } })
    const { order } = await bought(commerce, undefined)
    const claim = (customerId: string) => commerce.customers.claimOrders({ actor: { type: 'customer', customerId } })
    expect([await codeOf(claim('eve')), await codeOf(claim('nobody'))]).toEqual(['EMAIL_UNVERIFIED', 'NOT_FOUND'])
    expect(await claim('ada')).toEqual({ orderIds: [order.id] })
    await commerce.close()
  })
})

describe('an address of the book', () => {
  test('is what a checkout may be made with, word for word, by its owner only', async () => {
    const { commerce } = await shop()
    const { actor } = await signedUp(commerce)
    const { id: addressId } = await commerce.customers.putAddress({ actor, address: home })
    const { order } = await bought(commerce, actor, { shippingAddress: { addressId }, billingAddress: address })
    expect([order.shippingAddress, order.billingAddress]).toEqual([home, address])
    await commerce.customers.putAddress({ actor, addressId, address: { ...home, line1: 'Elsewhere' } })
    expect((await commerce.orders.get({ actor, id: order.id })).shippingAddress).toEqual(home)
    const eve = await signedUp(commerce, 'eve@example.com')
    expect(await codeOf(bought(commerce, eve.actor, { shippingAddress: { addressId } }))).toBe('NOT_FOUND')
    expect(await codeOf(bought(commerce, eve.actor, { billingAddress: { addressId } }))).toBe('NOT_FOUND')
    expect(await codeOf(bought(commerce, undefined, { shippingAddress: { addressId } }))).toBe('NOT_FOUND')
    await expectSound(commerce)
    await commerce.customers.removeAddress({ actor, addressId })
    await expectSound(commerce)
    await commerce.close()
  })
})

describe('a person', () => {
  test('gets everything that is known of them, and no hash of it', async () => {
    const { commerce, clock } = await shop()
    const { actor } = await signedUp(commerce)
    await commerce.customers.putAddress({ actor, address: home })
    await commerce.carts.create({ actor })
    const { order } = await bought(commerce, actor)
    await commerce.orders.fulfil({ actor: staff, orderId: order.id })
    const lines = order.lines.map(({ id }) => ({ orderLineId: id, quantity: 1, reason: 'damaged', note: 'a crack' }) as const)
    await commerce.returns.request({ actor, orderId: order.id, lines })
    await commerce.reviews.submit({ actor, handle: 'mug', rating: 2, body: 'It came with a crack.' })
    const all = await commerce.customers.export({ actor })
    expect(all).toMatchObject({
      exportedAt: clock.date(),
      profile: { email, name: 'Ada Canary' },
      addresses: [{ address: home }],
      sessions: [{ customerId: actor.customerId }],
      orders: [
        {
          id: order.id,
          email,
          payments: [{ method: 'card_ok', capturedMinor: 1250 }],
          timeline: expect.any(Array),
          returns: [{ lines: [{ note: 'a crack' }] }],
        },
      ],
      reviews: [{ rating: 2, body: 'It came with a crack.' }],
    })
    expect(all.carts.map(({ status }) => status).sort()).toEqual(['active', 'ordered'])
    expect(JSON.stringify(all)).not.toMatch(/hash|quick\$/i)
    await commerce.close()
  })

  test('is in no row any more once they are erased, while the books still balance', async () => {
    const { commerce, clock } = await shop()
    const guest = await bought(commerce, undefined)
    const { actor, token } = await signedUp(commerce)
    await commerce.customers.claimOrders({ actor })
    const { id: addressId } = await commerce.customers.putAddress({ actor, address: home })
    const own = await bought(commerce, actor, { shippingAddress: { addressId } })
    const { cart } = await commerce.carts.create({ actor })
    await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'MUG', quantity: 1 })
    await expect(commerce.customers.erase({ actor })).rejects.toMatchObject({ code: 'CUSTOMER_BUSY', details: { orderIds: [own.order.id, guest.order.id] } })
    expect(await codeOf(commerce.customers.erase({ actor, force: true }))).toBe('FORBIDDEN')
    for (const { order } of [own, guest]) await commerce.orders.fulfil({ actor: staff, orderId: order.id })
    await commerce.accounts.requestPasswordReset({ email })
    const lines = own.order.lines.map(({ id }) => ({ orderLineId: id, quantity: 1, reason: 'other', note: 'Canary, Ada' }) as const)
    await commerce.returns.request({ actor, orderId: own.order.id, lines })
    const review = await commerce.reviews.submit({ actor, handle: 'mug', rating: 4, body: 'A mug.', displayName: 'Ada Canary' })
    await commerce.reviews.moderate({ actor: staff, reviewId: review.id, decision: 'approve' })

    const erased = await commerce.customers.erase({ actor })
    expect(erased).toEqual({ orders: 2, carts: 3, pseudonym: expect.stringMatching(/^erased-/) })
    const kept = await commerce.orders.get({ actor: staff, id: own.order.id })
    expect(kept).toMatchObject({ customerId: erased.pseudonym, email: null, totalMinor: 1250, shippingAddress: { country: 'GB', name: 'erased' } })
    expect(await codeOf(commerce.orders.get({ actor: guest.actor, id: guest.order.id }))).toBe('NOT_FOUND')
    expect(JSON.stringify([await commerce.returns.list({ actor: staff }), await commerce.reviews.all({ actor: staff })])).not.toMatch(/canary/i)
    expect(await commerce.reviews.get({ actor: staff, reviewId: review.id })).toMatchObject({ body: 'A mug.', verifiedPurchase: true })
    expect(await codeOf(commerce.sessions.authenticate({ token }))).toBe('SESSION_INVALID')
    expect(await codeOf(commerce.accounts.login({ email, password }))).toBe('LOGIN_FAILED')
    expect(await codeOf(commerce.customers.get({ actor }))).toBe('NOT_FOUND')
    expect(JSON.stringify(await commerce.customers.export({ actor }))).not.toMatch(/canary/i)
    await expectSound(commerce)
    clock.advance(24 * 3_600_000)
    await commerce.worker.runOnce()
    await expectSound(commerce)
    expect(await commerce.customers.erase({ actor })).toMatchObject({ orders: 0, carts: 0 })
    expect((await commerce.accounts.register({ email, password })).mail.kind).toBe('verify_email')
    await commerce.close()
  })

  test('is not erased while an order of theirs may still be paid, staff or not', async () => {
    const { commerce } = await shop()
    const { actor } = await signedUp(commerce)
    const { cart } = await commerce.carts.create({ actor })
    await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'MUG', quantity: 1 })
    const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress: home, shippingMethod: 'standard' })
    const payment = { provider: 'fake', method: 'card_requires_action' } as const
    await commerce.checkout.place({ actor, cartId: cart.id, expectedTotal: quote.total, payment, idempotencyKey: 'k' })
    expect(await codeOf(commerce.customers.erase({ actor: staff, customerId: actor.customerId, force: true }))).toBe('CUSTOMER_BUSY')
    await commerce.close()
  })

  test('leaves the live store of carts too, and a copy that is late brings nothing back', async () => {
    const carts = memoryLiveCarts()
    const { commerce } = await shop({ carts })
    const { actor } = await signedUp(commerce)
    const { cart } = await commerce.carts.create({ actor })
    await commerce.worker.runOnce({ jobs: ['carts'] })
    const late = await carts.find({ cartId: cart.id, owner: { type: 'any' } })
    await commerce.customers.erase({ actor })
    expect(await carts.find({ cartId: cart.id, owner: { type: 'any' } })).toBeUndefined()
    if (late !== undefined) await carts.put(late)
    await commerce.worker.runOnce({ jobs: ['carts'] })
    expect((await commerce.customers.export({ actor })).carts).toEqual([])
    await commerce.close()
  })

  test('is exported and erased by themselves or staff, and by nobody else', async () => {
    const { commerce } = await shop()
    const { actor } = await signedUp(commerce)
    const eve = await signedUp(commerce, 'eve@example.com')
    const { customerId } = actor
    const calls = (who: Parameters<Commerce['customers']['export']>[0]['actor']) => [
      commerce.customers.claimOrders({ actor: who, customerId }),
      commerce.customers.export({ actor: who, customerId }),
      commerce.customers.erase({ actor: who, customerId }),
    ]
    expect(await Promise.all(calls(eve.actor).map(codeOf))).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'])
    expect(await Promise.all(calls({ type: 'guest', token: 'a-token-of-some-guest-or-other' }).map(codeOf))).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'])
    expect(await commerce.customers.get({ actor })).toMatchObject({ email })
    await commerce.close()
  })
})
