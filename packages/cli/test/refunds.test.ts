import { join } from 'node:path'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce, flatShipping, type OrderRefundView, type OrderView, type RefundedReturn, type Return, taxTable } from '@cartwright/core'
import { type FakePaymentsServer, fakePaymentsClient, serveFakePayments } from '@cartwright/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cartwright, cartwrightJson, temporaryFolder } from './command.ts'

const folder = temporaryFolder()
const file = join(folder, 'shop.db')
const config = ['--config', join(import.meta.dirname, 'bank.config.ts')]
let bank: FakePaymentsServer
let order: OrderView

/** An order of three mugs of 12.50, and 4.90 for shipping, of which one mug has been shipped. */
async function placeOrder(): Promise<OrderView> {
  const estimate = { earliest: '2026-03-03', latest: '2026-03-05' }
  const shipping = flatShipping([{ method: 'standard', label: 'Standard', amountMinor: 490, estimate }])
  const tax = taxTable({ pricesInclude: 'tax', places: [{ countries: ['GB'], taxes: [{ name: 'VAT', rate: '20' }] }] })
  const payments = [fakePaymentsClient({ url: bank.url })]
  const commerce = await createCommerce({ storage: sqliteStorage({ file }), currency: 'USD', payments, shipping, tax })
  const prices = [{ currency: 'USD', amountMinor: 1250 }]
  await commerce.catalog.upsertMany({ products: [{ handle: 'mug', title: 'Mug', variants: [{ sku: 'MUG', prices, stock: [{ quantity: 5 }] }] }] })
  const actor = { type: 'customer', customerId: 'ada' } as const
  const { cart } = await commerce.carts.create({ actor })
  await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'MUG', quantity: 3 })
  const shippingAddress = { name: 'Ada', line1: '1 Quay Street', city: 'Bristol', postalCode: 'BS1 4DJ', country: 'GB' }
  const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
  const payment = { provider: 'fake', method: 'card_ok' }
  const placed = await commerce.checkout.place({ actor, cartId: cart.id, expectedTotal: quote.total, payment, idempotencyKey: 'k' })
  const lines = placed.order.lines.map(({ id }) => ({ orderLineId: id, quantity: 1 }))
  await commerce.orders.fulfil({ actor: { type: 'system' }, orderId: placed.order.id, lines })
  await commerce.returns.request({ actor, orderId: placed.order.id, lines: lines.map((line) => ({ ...line, reason: 'damaged', note: 'chipped' })) })
  await commerce.close()
  return placed.order
}

beforeAll(async () => {
  bank = await serveFakePayments()
  order = await placeOrder()
})
afterAll(() => bank.close())

const run = (args: readonly string[]) => cartwright(folder, [...args, ...config], { env: { TEST_SHOP_FILE: file, TEST_BANK_URL: bank.url } })
const runJson = <Value>(args: readonly string[]) =>
  cartwrightJson<Value>(folder, [...args, ...config], { env: { TEST_SHOP_FILE: file, TEST_BANK_URL: bank.url } })

test('refunds a unit that was not shipped with the shipping, once for a key', async () => {
  const refund = ['orders', 'refund', order.number, '--line', 'MUG=1', '--shipping', '--no-restock', '--reason', 'broken in the warehouse', '--key', 'r-1']
  const first = await runJson<OrderRefundView>(refund)
  expect(first.value).toMatchObject({ amountMinor: 1740, shippingMinor: 490, reason: 'broken in the warehouse', refunds: [{ status: 'succeeded' }] })
  const again = await run(refund)
  expect(again.stdout).toContain(`Refunded 17.40 USD of ${order.number}.`)
  expect(again.stdout).toContain('1 × MUG: 12.50 USD')
  expect(bank.ledger.totals().byCurrency.USD?.refundedMinor).toBe(1740)
  const { stdout } = await run(['orders', 'show', order.number])
  expect(stdout).toMatch(/MUG\s+Mug\s+3\s+1\s+1\s/)
  expect(stdout).toContain('includes 7.07 USD of VAT 20%\nexpected from 2026-03-03 to 2026-03-05')
})

test('refuses units and amounts that there are not, and says where to look', async () => {
  const units = await run(['orders', 'refund', order.number, '--line', 'MUG=2'])
  expect([units.exitCode, units.stderr]).toEqual([1, expect.stringContaining('NOTHING_TO_REFUND')])
  expect(units.stderr).toContain('cartwright returns refund')
  expect((await run(['orders', 'refund', order.number, '--line', 'POT=1'])).stderr).toContain('has no POT; it has MUG')
  expect((await run(['orders', 'refund', order.number, '--amount', '1.234'])).stderr).toContain('no amount in USD')
  expect((await run(['orders', 'refund', order.number, '--amount', '500'])).stderr).toContain('REFUND_TOO_MUCH')
  expect((await run(['orders', 'refund', order.number, '--line', 'MUG'])).exitCode).toBe(2)
})

test('lists, approves, receives and refunds a return', async () => {
  const { value } = await runJson<{ items: readonly Return[] }>(['returns', 'list', '--status', 'requested', '--order', order.number])
  const id = value.items[0]?.id ?? ''
  expect((await run(['returns', 'show', id])).stdout).toMatch(/MUG\s+1\s+0\s+0\s+damaged: chipped/)
  expect((await runJson<Return>(['returns', 'approve', id])).value.status).toBe('approved')
  expect((await runJson<Return>(['returns', 'receive', id, '--line', 'MUG=1'])).value).toMatchObject({ status: 'received', lines: [{ restockedQuantity: 1 }] })
  const refunded = await runJson<RefundedReturn>(['returns', 'refund', id, '--deduct', '2.50'])
  expect(refunded.value).toMatchObject({ returned: { status: 'refunded' }, refund: { amountMinor: 1000 } })
  expect((await run(['returns', 'list'])).stdout).toMatch(/refunded\s+1\s+damaged/)
  const late = await run(['returns', 'reject', id, '--reason', 'too late'])
  expect([late.exitCode, late.stderr]).toEqual([1, expect.stringContaining('ILLEGAL_TRANSITION')])
  expect((await run(['returns', 'show', crypto.randomUUID()])).stderr).toContain('cartwright returns list')
  expect((await run(['audit', '--providers'])).exitCode).toBe(0)
})
