/**
 * A whole purchase on a fresh shop, printed as it goes. Run it with `npm run demo`; with `-- --json` it prints one JSON value instead.
 *
 * @module
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce, flatShipping } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'
import { narrator, price } from './narrator.ts'

const { values: flags } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
const startedAt = performance.now()
const tell = narrator(flags.json)
const directory = await mkdtemp(join(tmpdir(), 'cartwright-demo-'))
const file = join(directory, 'shop.db')

try {
  const result = await runDemo()
  if (flags.json) console.log(JSON.stringify(result))
  process.exitCode = result.ok ? 0 : 1
} finally {
  await rm(directory, { recursive: true, force: true })
}

async function importCatalogue(): Promise<{ products: number; variants: number }> {
  const cli = fileURLToPath(import.meta.resolve('@cartwright/cli/package.json')).replace('package.json', 'src/bin.ts')
  const catalogue = fileURLToPath(new URL('catalogue.csv', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=cartwright-source', cli, 'import', catalogue, '--db', file, '--json'])
  return JSON.parse(stdout)
}

async function runDemo() {
  tell.step('Import a catalogue', 'npx cartwright import examples/demo/catalogue.csv --db shop.db')
  const { products, variants } = await importCatalogue()
  tell.say(`${products} products in ${variants} variants, from a Shopify CSV`)

  tell.step('Open the shop', "createCommerce({ storage: sqliteStorage({ file: 'shop.db' }), currency: 'USD', payments: [fakePayments()] })")
  const shipping = flatShipping([{ method: 'standard', label: 'Standard, 3 to 5 days', amountMinor: 490 }])
  await using commerce = await createCommerce({ storage: sqliteStorage({ file }), currency: 'USD', payments: [fakePayments()], shipping })
  tell.say('one SQLite file, an in-process search index, a fake bank: nothing to install')

  tell.step('Browse', "commerce.catalog.list({ sort: 'price_asc', limit: 3, filter: { inStock: true } })")
  const page = await commerce.catalog.list({ sort: 'price_asc', limit: 3, filter: { inStock: true } })
  for (const product of page.items) tell.say(`${product.title}, from ${price(product.variants[0]?.prices[0])}`)

  tell.step('Search with a typo', "commerce.search.query({ text: 'runing shoes' })")
  const found = await commerce.search.query({ text: 'runing shoes', filter: { inStock: true } })
  for (const hit of found.items.slice(0, 3)) tell.say(`${hit.title} (${hit.sku})`)
  const [shoes, , , another] = found.items
  const extra = another ?? found.items.at(-1)
  if (shoes === undefined || extra === undefined || extra.sku === shoes.sku) throw new Error('the demo catalogue has too few running shoes')

  tell.step('Fill a guest cart', 'commerce.carts.create() … commerce.carts.addLine({ actor, cartId, sku, quantity: 2 })')
  const { cart, guestToken } = await commerce.carts.create()
  if (guestToken === undefined) throw new Error('a cart made without an actor belongs to a guest')
  const actor = { type: 'guest', token: guestToken } as const
  await commerce.carts.addLine({ actor, cartId: cart.id, sku: shoes.sku, quantity: 2 })
  const filled = await commerce.carts.addLine({ actor, cartId: cart.id, sku: extra.sku, quantity: 1 })
  for (const line of filled.lines) tell.say(`${line.quantity} × ${line.title} ${Object.values(line.options).join(' / ')}`)

  tell.step('Ask for a quote', "commerce.checkout.quote({ actor, cartId, shippingAddress, shippingMethod: 'standard' })")
  const shippingAddress = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' }
  const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
  tell.say(
    `goods ${price({ amountMinor: quote.subtotalMinor, currency: quote.currency })}, shipping ${price({ amountMinor: quote.shippingMinor, currency: quote.currency })}`,
  )
  tell.say(`total ${price(quote.total)}: exactly what will be charged`)

  tell.step('Pay with a card that is declined', "commerce.checkout.place({ …, payment: { provider: 'fake', method: 'card_declined' }, idempotencyKey })")
  const base = { actor, cartId: cart.id, expectedTotal: quote.total, email: 'ada@example.com' }
  const declined = await commerce.checkout.place({ ...base, payment: { provider: 'fake', method: 'card_declined' }, idempotencyKey: 'first-card' })
  if (declined.outcome !== 'declined') throw new Error(`expected a decline, got ${declined.outcome}`)
  const statuses: string[] = [declined.order.displayStatus]
  tell.say(`${declined.decline.buyerMessage} Order ${declined.order.number} keeps its stock and waits.`)

  tell.step('Pay with a good card, and send the same request twice', 'commerce.checkout.resume({ actor, orderId, payment, idempotencyKey }) × 2')
  const orderId = declined.order.id
  const resume = { actor, orderId, payment: { provider: 'fake', method: 'card_ok' }, idempotencyKey: 'second-card' }
  const placed = await commerce.checkout.resume(resume)
  const again = await commerce.checkout.resume(resume)
  const paid = (await commerce.payments.ofOrder({ actor, orderId })).reduce((sum, payment) => sum + payment.capturedMinor, 0)
  const mine = await commerce.orders.list({ actor })
  const replayed = again.order.id === placed.order.id && again.outcome === placed.outcome && paid === quote.total.amountMinor && mine.items.length === 1
  statuses.push(placed.order.displayStatus)
  tell.say(`${placed.outcome}, twice the same order ${again.order.number}; charged once: ${price({ amountMinor: paid, currency: quote.currency })}`)

  tell.step('Ship in two parts', 'commerce.orders.fulfil({ actor: staff, orderId, lines, carrier, trackingNumber })')
  const staff = { type: 'admin', id: 'demo' } as const
  const firstLine = placed.order.lines.slice(0, 1).map((line) => ({ orderLineId: line.id, quantity: 1 }))
  const parcels = [await commerce.orders.fulfil({ actor: staff, orderId, lines: firstLine, carrier: 'DHL', trackingNumber: 'JD-0001' })]
  statuses.push((await commerce.orders.get({ actor, id: orderId })).displayStatus)
  parcels.push(await commerce.orders.fulfil({ actor: staff, orderId, carrier: 'DHL', trackingNumber: 'JD-0002' }))
  statuses.push((await commerce.orders.get({ actor, id: orderId })).displayStatus)
  for (const parcel of parcels) tell.say(`${parcel.carrier} ${parcel.trackingNumber}: ${parcel.lines.reduce((sum, line) => sum + line.quantity, 0)} unit(s)`)

  tell.step('Deliver', 'commerce.orders.deliver({ actor: staff, fulfilmentId }) … commerce.orders.timeline({ actor, orderId })')
  for (const parcel of parcels) await commerce.orders.deliver({ actor: staff, fulfilmentId: parcel.id })
  statuses.push((await commerce.orders.get({ actor, id: orderId })).displayStatus)
  for (const entry of await commerce.orders.timeline({ actor, orderId })) tell.say(`${entry.text} ${entry.trackingNumber ?? ''}`.trim())

  tell.step('Take one back, and put it on the shelf again', 'commerce.orders.refund({ actor: staff, orderId, lines: [{ orderLineId, quantity: 1 }] })')
  const units = () => commerce.inventory.levels({ skus: [shoes.sku] }).then((levels) => levels.reduce((sum, { onHand }) => sum + onHand, 0))
  const unitsBefore = await units()
  const refund = await commerce.orders.refund({ actor: staff, orderId, lines: firstLine, reason: 'too small', idempotencyKey: 'first-refund' })
  const restocked = (await units()) - unitsBefore
  tell.say(`${price({ amountMinor: refund.amountMinor, currency: refund.currency })} ${refund.refunds[0]?.status}; ${restocked} unit back in the stock`)

  tell.step('Audit', 'commerce.audit({ providers: true })')
  const audit = await commerce.audit({ providers: true, graceMs: 0 })
  tell.say(`${audit.checks.length} invariants checked against the database and the bank, ${audit.violations} violations`)

  const ok = replayed && restocked === 1 && audit.violations === 0 && statuses.at(-1) === 'delivered'
  const elapsedMs = Math.round(performance.now() - startedAt)
  tell.end(`${ok ? 'All well' : 'Something is wrong'}, in ${elapsedMs} ms.`)
  return {
    ok,
    products,
    variants,
    orderNumber: placed.order.number,
    orderTotal: quote.total,
    statuses,
    replayed,
    refunded: { amountMinor: refund.amountMinor, restocked },
    audit: { violations: audit.violations },
    elapsedMs,
  }
}
