import { join } from 'node:path'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce, type InboxEvent, type PaymentReport, type ProviderReport, type Reconciliation } from '@cartwright/core'
import { type FakePaymentsServer, fakePaymentsClient, serveFakePayments } from '@cartwright/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cartwright, cartwrightJson, temporaryFolder } from './command.ts'

const folder = temporaryFolder()
const file = join(folder, 'shop.db')
const config = ['--config', join(import.meta.dirname, 'bank.config.ts')]
let bank: FakePaymentsServer

interface WebhooksPage {
  readonly items: readonly InboxEvent[]
  readonly next: string | null
}

/** An order whose payment is known to the bank only: its answer was lost. @returns the id of the payment */
async function placeOrder(): Promise<string> {
  const payments = [fakePaymentsClient({ url: bank.url })]
  const commerce = await createCommerce({ storage: sqliteStorage({ file }), currency: 'USD', payments })
  const prices = [{ currency: 'USD', amountMinor: 1250 }]
  await commerce.catalog.upsertMany({ products: [{ handle: 'mug', title: 'Mug', variants: [{ sku: 'MUG', prices, stock: [{ quantity: 5 }] }] }] })
  const actor = { type: 'customer', customerId: 'ada' } as const
  const { cart } = await commerce.carts.create({ actor })
  await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'MUG', quantity: 1 })
  const shippingAddress = { name: 'Ada', line1: '1 Quay Street', city: 'Bristol', postalCode: 'BS1 4DJ', country: 'GB' }
  const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
  const payment = { provider: 'fake', method: 'card_timeout' }
  const { order } = await commerce.checkout.place({ actor, cartId: cart.id, expectedTotal: quote.total, payment, idempotencyKey: 'k' })
  for (const { eventId } of bank.ledger.listEvents({ limit: 10 }).items) {
    const webhook = bank.ledger.signedWebhook(eventId, { secret: 'fake-webhook-secret', at: new Date() })
    await commerce.payments.handleWebhook({ provider: 'fake', ...webhook })
  }
  const [made] = await commerce.payments.ofOrder({ actor, orderId: order.id })
  await commerce.close()
  return made?.id ?? ''
}

beforeAll(async () => {
  bank = await serveFakePayments()
  Object.assign(process.env, { TEST_SHOP_FILE: file, TEST_BANK_URL: bank.url })
})

afterAll(() => bank.close())

test('webhooks are listed, acted on when they are replayed, and shown with their payment, here and at the provider', { timeout: 60_000 }, async () => {
  const payment = await placeOrder()
  const waiting = await cartwrightJson<WebhooksPage>(folder, ['webhooks', 'list', '--state', 'received', ...config])
  expect(waiting.value.items.map(({ type }) => type)).toEqual(['payment.succeeded', 'payment.created'])
  const words = await cartwright(folder, ['webhooks', 'list', '--limit', '1', ...config])
  expect(words.stdout).toMatch(/payment\.succeeded[\s\S]*next[\s\S]*--after/)

  const [eventId = ''] = waiting.value.items.map((event) => event.eventId)
  const replayed = await cartwrightJson<WebhooksPage>(folder, ['webhooks', 'replay', eventId, ...config])
  expect(replayed).toMatchObject({ exitCode: 0, value: { items: [{ eventId, state: 'processed' }] } })
  expect((await cartwrightJson<WebhooksPage>(folder, ['webhooks', 'list', '--state', 'received', ...config])).value.items).toEqual([])

  const shown = await cartwrightJson<PaymentReport & { readonly atProvider?: ProviderReport }>(folder, ['payments', 'show', payment, '--provider', ...config])
  expect(shown.value).toMatchObject({ payment: { id: payment, status: 'captured' }, atProvider: { payments: [{ capturedMinor: 1250 }] } })
  expect(shown.value.events.map(({ eventId: id }) => id)).toContain(eventId)
  const inWords = await cartwright(folder, ['payments', 'show', payment, ...config])
  expect(inWords.stdout).toMatch(/12\.50[^\n]*captured[\s\S]*History[\s\S]*Webhooks[\s\S]*processed/)
})

test('what never came is found, told before it is done, and acted on', { timeout: 60_000 }, async () => {
  const [made] = bank.ledger.listPayments({ limit: 10 }).items
  bank.ledger.refundElsewhere(made?.providerPaymentId ?? '', 250)
  const told = await cartwrightJson<Reconciliation>(folder, ['payments', 'reconcile', '--dry-run', ...config])
  expect(told).toMatchObject({ exitCode: 0, value: { providers: [{ provider: 'fake', events: { read: 4, recorded: 2 }, payments: { compared: 1 } }] } })
  const done = await cartwright(folder, ['payments', 'reconcile', '--provider', 'fake', '--from', '2026-01-01', ...config])
  expect(done.stdout).toMatch(/since 2026-01-01[\s\S]*4 events, 2 not known before/)
  expect(done.stderr).toContain('worker --once --jobs inbox')
  await cartwright(folder, ['worker', '--once', '--jobs', 'inbox', ...config])
  const shown = await cartwrightJson<PaymentReport>(folder, ['payments', 'show', made?.paymentId ?? '', ...config])
  expect(shown.value.refunds).toMatchObject([{ amountMinor: 250, status: 'succeeded' }])
  const again = await cartwrightJson<Reconciliation>(folder, ['payments', 'reconcile', ...config])
  expect(again.value).toMatchObject({ providers: [{ events: { recorded: 0 }, differences: [] }] })
})

test('an event that nobody has sent, and a shop that has no provider, are refused with what to do', { timeout: 60_000 }, async () => {
  const unknown = await cartwright(folder, ['webhooks', 'replay', 'evt_none', ...config])
  expect(unknown.exitCode).not.toBe(0)
  expect(unknown.stderr).toContain('cartwright webhooks list')
  const unconfigured = await cartwright(folder, ['webhooks', 'replay', 'evt_none', '--db', `sqlite:${file}`])
  expect(unconfigured.exitCode).not.toBe(0)
  expect(unconfigured.stderr).toContain('No payment provider is configured')
})
