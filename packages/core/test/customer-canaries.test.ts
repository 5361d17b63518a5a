import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import type { Logger } from '@cartwright/core'
import { quickPasswords } from '@cartwright/testing'
import { trace } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { testShop } from './test-shop.ts'

const exporter = new InMemorySpanExporter()
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }))
afterAll(() => trace.disable())

const email = 'canary@example.com'
const password = 'canary horse battery'
const home = { name: 'Ada Canary', line1: '1 Canary Wharf', city: 'Canary Town', postalCode: 'E14 5AB', country: 'GB', phone: '0 canary 1' }

/** A shop on a file, whose logs are kept, with a canary in every field that is a person's. Every method about people is called, also in ways that are refused. */
async function livedIn() {
  const folder = mkdtempSync(join(tmpdir(), 'cartwright-canaries-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'shop.db')
  const heard: unknown[] = []
  const hear = (...line: readonly unknown[]) => void heard.push(line)
  const logger: Logger = { debug: hear, info: hear, warn: hear, error: hear }
  const storage = sqliteStorage({ file, synchronous: 'OFF' })
  const { commerce } = await testShop({ storage, logger, accounts: { passwords: quickPasswords() } })
  const { accounts, sessions, customers, carts, checkout } = commerce
  /** Whatever is thrown is heard too: hosts log it. */
  const call = async <T>(made: Promise<T>): Promise<T | undefined> =>
    made.catch((error: unknown) => {
      heard.push(String(error), JSON.stringify(error))
      return undefined
    })

  const { mail } = await accounts.register({ email, password, name: 'Ada Canary', client: 'canary client' })
  await call(accounts.verifyEmail({ token: mail.token, password: 'canary wrong' }))
  const { token, session } = await accounts.verifyEmail({ token: mail.token, password })
  const actor = { type: 'customer', customerId: session.customerId } as const
  const again = await accounts.register({ email: 'Canary@example.com', password })
  const secrets = [mail.token, token, again.mail.token]
  await call(accounts.login({ email, password: 'canary wrong' }))
  await call(accounts.login({ email: 'canary', password }))
  await call(accounts.resetPassword({ token: 'canary-token-that-is-not-known', password }))
  secrets.push((await accounts.login({ email, password })).token)
  await call(sessions.authenticate({ token: 'canary-token-that-is-not-known' }))
  await call(customers.update({ actor, name: 'Ada Canary', phone: 'canary 2' }))
  await call(customers.update({ actor, name: 'canary 4242 4242 4242 4242' }))
  await call(customers.update({ actor: { type: 'system' }, customerId: 'other', email }))
  await call(customers.putAddress({ actor, address: { ...home, postalCode: 'canary' } }))
  const book = await customers.putAddress({ actor, address: home })
  const { cart, guestToken = '' } = await carts.create()
  await carts.addLine({ actor: { type: 'guest', token: guestToken }, cartId: cart.id, sku: 'FREE', quantity: 1 })
  await call(carts.merge({ actor, guestCartId: cart.id, guestToken: 'canary-token-that-is-not-known' }))
  await carts.merge({ actor, guestCartId: cart.id, guestToken })
  const choice = { addressId: book.id }
  const quote = await checkout.quote({ actor, cartId: cart.id, shippingAddress: choice, shippingMethod: 'standard' })
  const { order } = await checkout.place({ actor, cartId: cart.id, expectedTotal: quote.total, email, idempotencyKey: 'k' })
  await customers.claimOrders({ actor })
  await call(customers.erase({ actor }))
  await commerce.orders.fulfil({ actor: { type: 'system' }, orderId: order.id })
  await customers.export({ actor })
  return { commerce, actor, heard, secrets, file }
}

/** Every row of the database, as text, by table. */
function rowsOf(file: string): Readonly<Record<string, string>> {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()
    return Object.fromEntries(tables.map(({ name }) => [name, JSON.stringify(database.prepare(`SELECT * FROM "${name}"`).all())]))
  } finally {
    database.close()
  }
}

const tablesWith = (rows: Readonly<Record<string, string>>, pattern: RegExp) => Object.keys(rows).filter((table) => pattern.test(rows[table] ?? ''))

test('no personal data, password or token reaches a log, an error or a span, and no token or password a row', async () => {
  const { commerce, heard, secrets, file } = await livedIn()
  const spans = exporter.getFinishedSpans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status }))
  expect(spans.map(({ name }) => name)).toContain('accounts.login')
  const said = JSON.stringify([heard, spans])
  expect(said).not.toMatch(/canary/i)
  const rows = JSON.stringify(rowsOf(file))
  for (const secret of secrets) for (const text of [said, rows]) expect(text).not.toContain(secret)
  expect(rows).not.toContain(password)
  await commerce.close()
})

test('an erased person is in no row of the database, but for the events of before, which say their id', async () => {
  const { commerce, actor, file } = await livedIn()
  expect(tablesWith(rowsOf(file), /canary/i)).toEqual(expect.arrayContaining(['customers', 'customer_addresses', 'orders', 'quotes']))
  await commerce.customers.erase({ actor })
  const rows = rowsOf(file)
  expect(tablesWith(rows, /canary/i)).toEqual([])
  expect(tablesWith(rows, new RegExp(actor.customerId))).toEqual(['outbox'])
  await commerce.close()
})
