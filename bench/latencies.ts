/** `npm run bench:latencies -- --url postgres://…`: what buyers wait for in seeded shops on Postgres, one client through the SDK. One table row a database. */
import { parseArgs } from 'node:util'
import { postgresStorage } from '@cartwright/adapters-postgres'
import { type Commerce, createCommerce } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'
import { Client } from 'pg'

interface Goods {
  readonly handle: string
  readonly sku: string
}

const { values: flags } = parseArgs({
  options: { url: { type: 'string', multiple: true, default: [] }, calls: { type: 'string', default: '200' }, json: { type: 'boolean', default: false } },
})
const calls = Number(flags.calls)
const warmUps = 20
const address = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' }
const customer = { type: 'customer', customerId: 'latencies' } as const

/** Published goods in stock from all over the table, so that few of them lie on one page, and how many products there are. */
async function pickGoods(url: string): Promise<{ readonly goods: readonly Goods[]; readonly products: number }> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query('SELECT count(*)::integer AS products FROM products')
    const { products } = rows[0] as { products: number }
    const share = Math.min(100, ((calls + warmUps) * 10_000) / products)
    const sample = `SELECT p.handle, (SELECT v.sku FROM variants v JOIN stock_levels s ON s.sku = v.sku AND s.on_hand - s.reserved > 1 WHERE v.product_id = p.id LIMIT 1) AS sku
      FROM products p TABLESAMPLE BERNOULLI (${share}) REPEATABLE (1) WHERE p.status = 'published'`
    const picked = await client.query(`SELECT * FROM (${sample}) AS goods WHERE sku IS NOT NULL ORDER BY md5(handle) LIMIT ${calls + warmUps}`)
    return { goods: picked.rows as Goods[], products }
  } finally {
    await client.end()
  }
}

const steps = ['product by handle', 'listing page', 'listing by price', 'add to cart', 'quote', 'place'] as const
type Times = Record<(typeof steps)[number], number[]>

async function measure(commerce: Commerce, goods: readonly Goods[]): Promise<Times> {
  const times: Times = { 'product by handle': [], 'listing page': [], 'listing by price': [], 'add to cart': [], quote: [], place: [] }
  const categories = await commerce.catalog.list({ limit: 50 })
  const paths = categories.items.flatMap(({ categories: [first] }) => (first === undefined ? [] : [[...first.path]]))
  for (const [place, { handle, sku }] of goods.entries()) {
    const timed = async <T>(step: keyof Times, work: () => Promise<T>): Promise<T> => {
      const startedAt = performance.now()
      const result = await work()
      if (place >= warmUps) times[step].push(performance.now() - startedAt)
      return result
    }
    const { carts, catalog, checkout } = commerce
    await timed('product by handle', () => catalog.get({ handle }))
    await timed('listing page', () => catalog.list({ limit: 20, filter: { category: paths[place % paths.length] ?? [] } }))
    const wide = (paths[place % paths.length] ?? []).slice(0, 1)
    const sort = place % 2 === 0 ? 'price_asc' : 'price_desc'
    await timed('listing by price', () => catalog.list({ limit: 20, sort, filter: { category: wide, inStock: true } }))
    const { cart } = await carts.create({ actor: customer })
    const cartId = cart.id
    await timed('add to cart', () => carts.addLine({ actor: customer, cartId, sku, quantity: 1 }))
    const { total } = await timed('quote', () => checkout.quote({ actor: customer, cartId, shippingAddress: address, shippingMethod: 'standard' }))
    const payment = { provider: 'fake', method: 'card_ok' }
    await timed('place', () => checkout.place({ actor: customer, cartId, expectedTotal: total, payment, idempotencyKey: cartId }))
  }
  return times
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

if (!flags.json) {
  console.log(`| products | ${steps.map((step) => `${step} p50 / p95, ms`).join(' | ')} |`)
  console.log(`|--:|${steps.map(() => '--:').join('|')}|`)
}
for (const url of flags.url) {
  const { goods, products } = await pickGoods(url)
  await using commerce = await createCommerce({ storage: postgresStorage({ url }), currency: 'USD', payments: [fakePayments()] })
  const times = await measure(commerce, goods)
  const figures = steps.map((step) => ({ step, p50: percentile(times[step], 0.5), p95: percentile(times[step], 0.95) }))
  if (flags.json) console.log(JSON.stringify({ products, calls: goods.length - warmUps, figures }))
  else console.log(`| ${products.toLocaleString('en')} | ${figures.map(({ p50, p95 }) => `${p50.toFixed(1)} / ${p95.toFixed(1)}`).join(' | ')} |`)
}
