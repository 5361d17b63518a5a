import { isCommerceError } from '@cartwright/core'
import { quickPasswords } from '@cartwright/testing'
import { expect, test } from 'vitest'
import { address, expectSound, quotedCart, staff, testShop } from '../test-shop.ts'

const polluted = JSON.parse('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}') as object
const odd = [
  undefined,
  null,
  true,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -0,
  -1,
  0.5,
  1e21,
  2 ** 53,
  '',
  '1',
  '0x10',
  '\u0000',
  "'; DROP TABLE orders; --",
  'x'.repeat(100_000),
  [],
  [1],
  {},
  polluted,
  () => 1,
  1n,
  new Date(0),
]

/** Every object that differs from `call` in one field, nested ones too, or has one more. */
function* variants(call: object): Generator<object> {
  for (const [key, value] of Object.entries(call)) {
    for (const other of odd) yield { ...call, [key]: other }
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) for (const inner of variants(value)) yield { ...call, [key]: inner }
  }
  yield { ...call, unitMinor: 1 }
  yield Object.assign(Object.create({ isAdmin: true }) as object, call, { isAdmin: true })
  yield { ...call, ...polluted }
}

test('whatever is passed to the purchase path is taken or refused by a typed error, and leaves the shop sound', { timeout: 60_000 }, async () => {
  const login = { burst: 1_000_000, perMs: 1_000 }
  const { commerce } = await testShop({ accounts: { passwords: quickPasswords() }, rateLimits: { rules: { login, loginClient: login } } })
  const { actor, cartId, quote } = await quotedCart(commerce, { MUG: 1 })
  const missing = '018f0000-0000-7000-8000-000000000000'
  const payment = { provider: 'fake', method: 'card_ok', capture: 'automatic' }
  const ada = { type: 'customer', customerId: 'ada' } as const
  const { id: wishListId } = await commerce.wishLists.create({ actor: ada, name: 'Kitchen' })
  const [token, password] = ['a-token-that-was-never-given', 'correct horse battery']
  const calls: [string, object, (params: never) => Promise<unknown>][] = [
    ['quote', { actor, cartId, shippingAddress: address, shippingMethod: 'standard' }, (params) => commerce.checkout.quote(params)],
    ['resume', { actor, orderId: missing, payment, idempotencyKey: 'r' }, (params) => commerce.checkout.resume(params)],
    ['cancel', { actor, orderId: missing, reason: 'why' }, (params) => commerce.checkout.cancel(params)],
    ['addLine', { actor, cartId, sku: 'MUG', quantity: 1 }, (params) => commerce.carts.addLine(params)],
    ['updateLine', { actor, cartId, sku: 'MUG', quantity: 1 }, (params) => commerce.carts.updateLine(params)],
    ['list', { actor, status: 'pending', limit: 10, after: 'x' }, (params) => commerce.orders.list(params)],
    ['get', { actor, number: 'K7QX-29MF' }, (params) => commerce.orders.get(params)],
    [
      'fulfil',
      { actor: staff, orderId: missing, lines: [{ orderLineId: missing, quantity: 1 }], idempotencyKey: 'f' },
      (params) => commerce.orders.fulfil(params),
    ],
    ['capture', { actor: staff, orderId: missing }, (params) => commerce.payments.capture(params)],
    ['adjust', { sku: 'TEE-S', by: 1, reason: 'received', idempotencyKey: 'a' }, (params) => commerce.inventory.adjust(params)],
    ['reserve', { claims: [{ sku: 'TEE-S', quantity: 1 }], holder: { type: 'cart', id: 'c' }, ttlMs: 1_000 }, (params) => commerce.inventory.reserve(params)],
    [
      'place',
      { actor, cartId, quoteId: quote.id, expectedTotal: quote.total, payment, email: 'ada@example.com', idempotencyKey: 'p' },
      (params) => commerce.checkout.place(params),
    ],
    ['merge', { actor: ada, guestCartId: missing, guestToken: token, cartId: missing, strategy: 'sum' }, (params) => commerce.carts.merge(params)],
    [
      'update',
      { actor: staff, customerId: 'ada', name: 'Ada', phone: null, email: 'ada@example.com', emailVerified: true },
      (params) => commerce.customers.update(params),
    ],
    ['addItem', { actor: ada, wishListId, sku: 'MUG', note: 'blue' }, (params) => commerce.wishLists.addItem(params)],
    ['moveToCart', { actor: ada, wishListId, cartId: missing, skus: ['MUG'] }, (params) => commerce.wishLists.moveToCart(params)],
    ['getShared', { token: 'a-token-that-was-never-given', actor: ada, currency: 'USD' }, (params) => commerce.wishLists.getShared(params)],
    ['putAddress', { actor: ada, address, defaultShipping: true }, (params) => commerce.customers.putAddress(params)],
    ['shippingRates', { actor, cartId, shippingAddress: address }, (params) => commerce.checkout.shippingRates(params)],
    ['pickup', { actor, cartId, pickup: { name: 'Ada', phone: '1' }, shippingMethod: 'standard', taxId: 'GB 1' }, (params) => commerce.checkout.quote(params)],
    ['prices.for', { actor, skus: ['MUG'], currency: 'USD' }, (params) => commerce.prices.for(params)],
    [
      'prices.save',
      { actor: staff, code: 'club', name: 'Club', currency: 'USD', groups: ['club'], priority: 1, active: true, startsAt: null },
      (params) => commerce.prices.save(params),
    ],
    [
      'prices.setPrices',
      { actor: staff, code: 'none', prices: [{ sku: 'MUG', minQuantity: 2, amountMinor: 1 }] },
      (params) => commerce.prices.setPrices(params),
    ],
    ['prices.prices', { actor: staff, code: 'none', limit: 10, after: 'x' }, (params) => commerce.prices.prices(params)],
    ['prices.list', { actor: staff, limit: 10, after: 'x' }, (params) => commerce.prices.list(params)],
    ['setGroups', { actor: staff, customerId: 'ada', groups: ['wholesale'] }, (params) => commerce.customers.setGroups(params)],
    ['listCustomers', { actor: staff, email: 'ada@example.com', limit: 10, after: 'x' }, (params) => commerce.customers.list(params)],
    ['claimOrders', { actor: staff, customerId: 'ada' }, (params) => commerce.customers.claimOrders(params)],
    ['register', { email: 'ada@example.com', password, name: 'Ada', client: 'here' }, (params) => commerce.accounts.register(params)],
    ['login', { email: 'ada@example.com', password, client: 'here', previousToken: token }, (params) => commerce.accounts.login(params)],
    ['verifyEmail', { token, password }, (params) => commerce.accounts.verifyEmail(params)],
    ['changePassword', { token, currentPassword: password, newPassword: password }, (params) => commerce.accounts.changePassword(params)],
    ['revoke', { actor: ada, sessionId: missing }, (params) => commerce.sessions.revoke(params)],
    [
      'reviews.submit',
      { actor: { type: 'customer', customerId: 'ada' }, handle: 'mug', rating: 4, title: 'Fine', body: 'Good.', displayName: 'Ada', idempotencyKey: 'v' },
      (params) => commerce.reviews.submit(params),
    ],
    ['reviews.list', { productId: missing, sort: 'helpful', rating: 5, verified: true, limit: 10, after: 'x' }, (params) => commerce.reviews.list(params)],
    ['reviews.vote', { actor: { type: 'customer', customerId: 'ada' }, reviewId: missing, vote: 'helpful' }, (params) => commerce.reviews.vote(params)],
    ['reviews.moderate', { actor: staff, reviewId: missing, decision: 'reject', reason: 'spam', note: 'why' }, (params) => commerce.reviews.moderate(params)],
    [
      'promotions.create',
      {
        actor: staff,
        automatic: false,
        name: 'X',
        effect: { type: 'fixed', amounts: { USD: 5 }, per: 'order' },
        items: { skus: ['MUG'] },
        conditions: { minimumQuantity: 2, groups: ['trade'] },
        limits: { total: 5, perCustomer: 1 },
      },
      (params) => commerce.promotions.create(params),
    ],
    ['promotions.update', { actor: staff, promotionId: missing, stacking: { priority: 1, group: 'g' } }, (params) => commerce.promotions.update(params)],
    ['promotions.list', { actor: staff, status: 'active', limit: 10, after: 'x' }, (params) => commerce.promotions.list(params)],
    ['vouchers.create', { actor: staff, promotionId: missing, code: 'CODE', limit: 1 }, (params) => commerce.vouchers.create(params)],
    ['vouchers.generate', { actor: staff, promotionId: missing, count: 2, prefix: 'X', limit: 1 }, (params) => commerce.vouchers.generate(params)],
    ['vouchers.list', { actor: staff, promotionId: missing, limit: 10, after: 'x' }, (params) => commerce.vouchers.list(params)],
    ['vouchers.get', { actor: staff, code: 'CODE' }, (params) => commerce.vouchers.get(params)],
    ['applyVoucher', { actor, cartId, code: 'CODE', client: 'here' }, (params) => commerce.carts.applyVoucher(params)],
    ['removeVoucher', { actor, cartId, code: 'CODE' }, (params) => commerce.carts.removeVoucher(params)],
    ['runOnce', { jobs: ['sweep'] }, (params) => commerce.worker.runOnce(params)],
    ['audit', { graceMs: 0, sampleLimit: 1 }, (params) => commerce.audit(params)],
  ]
  const wrong: string[] = []
  for (const [name, call, run] of calls) {
    for (const params of variants(call)) {
      try {
        await run(params as never)
      } catch (error) {
        const code = isCommerceError(error) ? error.code : String(error)
        if (!isCommerceError(error) || code === 'CONSTRAINT_VIOLATION' || code === 'ILLEGAL_TRANSITION') wrong.push(`${name}: ${code}`)
      }
    }
  }
  expect([...new Set(wrong)]).toEqual([])
  expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  await expectSound(commerce)
})
