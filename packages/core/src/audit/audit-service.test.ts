import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce } from '@cartwright/core'
import { expect, test } from 'vitest'
import { placeWith, quotedCart, staff, testShop } from '../../test/test-shop.ts'

async function soldShop() {
  const shop = await testShop()
  const { order } = await placeWith(shop.commerce, await quotedCart(shop.commerce, { MUG: 1 }), 'card_ok', 'k')
  const [payment] = await shop.commerce.payments.ofOrder({ actor: staff, orderId: order.id })
  if (payment === undefined) throw new Error('a paid order has a payment')
  return { ...shop, order, payment }
}

const i22 = async (shop: Awaited<ReturnType<typeof soldShop>>) => {
  const { checks } = await shop.commerce.audit({ providers: true, graceMs: 0 })
  return checks.find(({ id }) => id === 'I22')
}

test('compares with the providers only when asked', async () => {
  const { commerce } = await soldShop()
  expect((await commerce.audit()).checks.map(({ id }) => id)).not.toContain('I22')
  const report = await commerce.audit({ providers: true })
  expect(report.violations).toBe(0)
  expect(report.checks.map(({ id }) => id)).toContain('I22')
})

test('I22 names a payment that only the provider has', async () => {
  const shop = await soldShop()
  const stray = shop.bank.ledger.chargeElsewhere({ amount: { amountMinor: 700, currency: 'USD' } })
  expect(await i22(shop)).toMatchObject({
    violations: 1,
    samples: [{ providerPaymentId: stray.providerPaymentId, problem: 'only the provider has it', minor: 700 }],
  })
})

test('I22 names a second charge under an id of ours', async () => {
  const shop = await soldShop()
  const twin = { amount: { amountMinor: 1250, currency: 'USD' }, paymentId: shop.payment.id, orderId: shop.order.id }
  const { providerPaymentId } = shop.bank.ledger.chargeElsewhere(twin)
  expect(await i22(shop)).toMatchObject({ violations: 1, samples: [{ providerPaymentId, problem: 'only the provider has it' }] })
})

test('I22 names a payment that only we have, and one of another amount', async () => {
  const shop = await soldShop()
  const write = (patch: object) =>
    shop.commerce.storage.transaction({ source: 'database' }, async (tx) => {
      const payment = await tx.payments.find({ paymentId: shop.payment.id })
      if (payment === undefined) throw new Error('gone')
      const after = { ...payment, ...patch, version: payment.version + 1 }
      const { id: paymentId, version, status } = after
      const history = { paymentId, version, status, eventId: crypto.randomUUID() as never, actor: { type: 'system', id: null } as const, at: tx.now }
      await tx.payments.save({ payment: after, expectedVersion: payment.version, history })
    })
  await write({ capturedMinor: 1249 })
  expect(await i22(shop)).toMatchObject({ violations: 1, samples: [{ problem: 'captured differs', ours: 1249, theirs: 1250 }] })
  await write({ capturedMinor: 1250, providerPaymentId: 'nowhere' })
  expect((await i22(shop))?.samples.map(({ problem }) => problem).sort()).toEqual(['only the provider has it', 'only we have it'])
})

test('I22 names a refund made elsewhere', async () => {
  const shop = await soldShop()
  const refund = {
    providerPaymentId: shop.payment.providerPaymentId ?? '',
    refundId: crypto.randomUUID() as never,
    amount: { amountMinor: 100, currency: 'USD' },
  }
  await shop.bank.refund({ ...refund, idempotencyKey: 'dashboard', signal: AbortSignal.timeout(1_000) })
  expect(await i22(shop)).toMatchObject({ violations: 1, samples: [{ problem: 'refunded differs', ours: 0, theirs: 100 }] })
})

test('what is younger than the grace is still on its way', async () => {
  const { commerce, bank } = await soldShop()
  bank.ledger.chargeElsewhere({ amount: { amountMinor: 700, currency: 'USD' } })
  expect((await commerce.audit({ providers: true, graceMs: 60_000 })).violations).toBe(0)
})

test('a provider that does not answer is an error, not a clean report', async () => {
  const shop = await soldShop()
  const silent = { ...shop.bank, listPayments: async () => Promise.reject(new Error('connection reset')) }
  const other = await testShop({ payments: [silent] })
  await expect(other.commerce.audit({ providers: true })).rejects.toMatchObject({
    code: 'PROVIDER_UNAVAILABLE',
    details: { provider: 'fake' },
    retryable: true,
  })
})

test('I22 does not vouch for money at a provider that is not configured', async () => {
  const storage = sqliteStorage({ file: ':memory:' })
  const { commerce, clock } = await testShop({ storage })
  await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', 'k')
  const blind = await createCommerce({ storage, currency: 'USD', clock })
  const { checks } = await blind.audit({ providers: true, graceMs: 0 })
  expect(checks.find(({ id }) => id === 'I22')).toMatchObject({ violations: 1, samples: [{ provider: 'fake', problem: 'its provider is not configured' }] })
})
