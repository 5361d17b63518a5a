import type { Commerce, Product, ProductSort, View } from '@cartwright/core'

type ListingFilter = NonNullable<NonNullable<Parameters<Commerce['catalog']['list']>[0]>['filter']>

const address = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' }
const staff = { type: 'admin', id: 'plans' } as const
const customer = { type: 'customer', customerId: 'customer-000001' } as const
const sorts: readonly ProductSort[] = ['newest', 'title', 'price_asc', 'price_desc', 'rating']

/** Something that a running shop does many times a second, through the SDK. */
export interface HotPath {
  readonly name: string
  run(): Promise<unknown>
}

/**
 * Every hot path of a seeded shop, each on goods of its own choosing. They leave a cart and a paid order behind.
 *
 * @param options.searches - whether the shop's search is in the database, too.
 */
export async function hotPaths(commerce: Commerce, { searches }: { readonly searches: boolean }): Promise<readonly HotPath[]> {
  const { items } = await commerce.catalog.list({ limit: 20, sort: 'title', filter: { inStock: true } })
  const skus = items.flatMap(({ variants }) => variants.filter(({ stockTracked }) => stockTracked).map(({ sku }) => sku)).slice(0, 3)
  const [product] = items
  const [sku] = skus
  if (product === undefined || sku === undefined) throw new Error('The shop has nothing in stock: seed it first')
  return [
    { name: 'product by handle', run: () => commerce.catalog.get({ handle: product.handle }) },
    { name: 'product by SKU', run: () => commerce.catalog.get({ sku }) },
    { name: 'product by id', run: () => commerce.catalog.get({ id: product.id }) },
    ...listings(commerce, product.categories[0]?.path ?? [], product.attributes),
    ...(searches ? searching(commerce, product) : []),
    { name: 'stock levels', run: () => commerce.inventory.levels({ skus }) },
    { name: 'import of one product', run: () => importOne(commerce) },
    { name: 'cart, quote, place, order', run: () => purchase(commerce, skus) },
    { name: 'orders of a customer', run: () => commerce.orders.list({ actor: customer }) },
    { name: 'reviews of a product', run: () => reviewsOf(commerce, product.id) },
    { name: 'newest orders', run: () => commerce.orders.list({ actor: staff }) },
    { name: 'outbox', run: () => readOutbox(commerce) },
    { name: 'worker', run: () => commerce.worker.runOnce() },
    { name: 'lag of the worker', run: () => commerce.worker.lag() },
  ]
}

function listings(commerce: Commerce, category: readonly string[], attributes: Readonly<Record<string, string | number | boolean>>): readonly HotPath[] {
  const [attribute = ['none', '']] = Object.entries(attributes)
  const filters: readonly (readonly [string, ListingFilter])[] = [
    ['all', {}],
    ['category', { category: [...category] }],
    ['top category', { category: category.slice(0, 1) }],
    ['category, in stock', { category: [...category], inStock: true }],
    ['category, price', { category: [...category], price: { currency: 'USD', minMinor: 1_000, maxMinor: 5_000 } }],
    ['price', { price: { currency: 'USD', minMinor: 1_000, maxMinor: 5_000 } }],
    ['attribute', { attributes: Object.fromEntries([attribute]) }],
    ['in stock', { inStock: true }],
  ]
  return sorts.flatMap((sort) =>
    filters.map(([name, filter]) => ({
      name: `listing by ${sort}, ${name}`,
      run: async () => {
        const first = await commerce.catalog.list({ sort, filter, limit: 20 })
        return first.next === null ? first : commerce.catalog.list({ sort, filter, limit: 20, after: first.next })
      },
    })),
  )
}

function searching({ search }: Commerce, { title, categories, attributes }: View<Product>): readonly HotPath[] {
  const [word = title] = title.split(' ')
  const category = [...(categories[0]?.path ?? [])]
  const facets = [
    { type: 'price' },
    { type: 'rating' },
    { type: 'category' },
    ...Object.keys(attributes).map((name) => ({ type: 'attribute', name }) as const),
  ] as const
  const paths: readonly (readonly [string, () => Promise<{ readonly degraded: boolean }>])[] = [
    ['search by a title', () => search.query({ text: title, highlight: true })],
    ['search by a misspelt word', () => search.query({ text: `${word.slice(0, 2)}${word.slice(3)}`, didYouMean: true })],
    ['search with facets', () => search.query({ text: title, facets: [...facets], filter: { category, inStock: true } })],
    ['search by price', () => search.query({ text: word, sort: 'price_asc' })],
    ['browsing in a category', () => search.query({ text: '', facets: [...facets], filter: { category } })],
    ['suggestions', () => search.suggest({ text: word.slice(0, 3) })],
  ]
  return paths.map(([name, ask]) => ({
    name,
    run: async () => {
      if ((await ask()).degraded) throw new Error(`${name}: the index did not answer`)
    },
  }))
}

async function reviewsOf({ reviews }: Commerce, productId: string): Promise<void> {
  await reviews.summary({ productId })
  for (const sort of ['newest', 'helpful', 'highest', 'lowest'] as const) await reviews.list({ productId, sort })
}

async function importOne({ catalog }: Commerce): Promise<void> {
  const name = `plans-${Date.now()}`
  const variants = [{ sku: name, prices: [{ currency: 'USD', amountMinor: 1_000 }], stock: [{ quantity: 3 }] }]
  for (const title of ['New', 'Changed']) await catalog.upsertMany({ products: [{ handle: name, title, variants, status: 'draft' }] })
}

async function purchase({ carts, checkout, orders, payments }: Commerce, skus: readonly string[]): Promise<void> {
  const { cart } = await carts.create({ actor: customer })
  for (const sku of skus) await carts.addLine({ actor: customer, cartId: cart.id, sku, quantity: 1 })
  await carts.get({ actor: customer, cartId: cart.id })
  const { total } = await checkout.quote({ actor: customer, cartId: cart.id, shippingAddress: address, shippingMethod: 'standard' })
  const payment = { provider: 'fake', method: 'card_ok' }
  const placed = await checkout.place({ actor: customer, cartId: cart.id, expectedTotal: total, payment, idempotencyKey: cart.id })
  const { id, number } = placed.order
  await orders.get({ actor: customer, id })
  await orders.get({ actor: staff, number })
  await payments.ofOrder({ actor: staff, orderId: id })
  await orders.fulfil({ actor: staff, orderId: id })
}

async function readOutbox({ storage }: Commerce): Promise<void> {
  await storage.snapshot({ source: 'database' }, async ({ outbox }) => {
    const head = await outbox.head()
    await outbox.read({ after: head, limit: 100 })
    await outbox.read({ after: await outbox.tail(), limit: 100, topics: ['order.placed'] })
  })
}
