import { createServer } from 'node:net'
import { type PostgresSearch, type PostgresSearchOptions, postgresSearch, postgresStorage } from '@cartwright/adapters-postgres'
import { type Commerce, createCommerce } from '@cartwright/core'
import type { ProductId, SearchDocument } from '@cartwright/core/ports'
import { fakePayments } from '@cartwright/testing'
import { expect, onTestFinished, test } from 'vitest'
import { migratedDatabase, onServer, type ScratchDatabase, scratchDatabase } from './scratch-database.ts'

const aDocument = (handle: string, title = handle.replaceAll('-', ' ')): SearchDocument => ({
  ...{ id: handle as ProductId, handle, title, description: '', vendor: '', categories: [], attributes: [], words: [], skus: [`NO${handle}`], barcodes: [] },
  ...{ prices: [], sku: `NO${handle}`, inStock: true, ratingAverage: 0, ratingCount: 0, createdAt: new Date(0) },
})

function open(options: PostgresSearchOptions): PostgresSearch {
  const index = postgresSearch(options)
  onTestFinished(() => index.close())
  return index
}

async function emptyDatabase(): Promise<ScratchDatabase> {
  const database = await scratchDatabase()
  onTestFinished(() => database.drop())
  return database
}

async function openShop(search: PostgresSearch): Promise<Commerce> {
  const database = await migratedDatabase()
  const storage = postgresStorage({ url: database.url })
  const commerce = await createCommerce({ storage, currency: 'USD', search, payments: [fakePayments()] })
  onTestFinished(async () => {
    await commerce.close()
    await database.drop()
  })
  return commerce
}

const steps = ['0001_first_index', '0002_facets', '0003_browsing']

/** Shares no word with the title. */
const skuOf = (handle: string) => `NO${handle.replaceAll('-', '')}`
const kettle = (handle: string, title = handle.replaceAll('-', ' ')) => ({
  ...{ handle, title },
  variants: [{ sku: skuOf(handle), prices: [{ currency: 'USD', amountMinor: 1_000 }], stock: [{ quantity: 2 }] }],
})
const handles = async (index: Pick<PostgresSearch, 'query'>, text: string) =>
  (await index.query({ text, limit: 20, offset: 0 })).items.map(({ handle }) => handle)

test('without its tables it says that a migration is pending; doctor says what to do until it is built', async () => {
  const { url } = await emptyDatabase()
  const index = open({ url })
  await expect(index.query({ text: 'kettle', limit: 1, offset: 0 })).rejects.toMatchObject({ code: 'MIGRATION_PENDING' })
  const statuses = async () => (await index.diagnose()).map(({ check, status }) => `${check}: ${status}`)
  expect(await statuses()).toEqual(['search pg_trgm: ok', 'search schema: warning'])
  expect(await Promise.all([open({ url }).migrations.up(), index.migrations.up()]).then((applied) => applied.flat())).toEqual(steps)
  expect([await statuses(), await index.isBuilt()]).toEqual([['search pg_trgm: ok', 'search schema: ok', 'search content: warning'], false])
  await (await index.rebuild?.())?.finish()
  expect([await statuses(), await index.isBuilt()]).toEqual([['search pg_trgm: ok', 'search schema: ok', 'search content: ok'], true])
  for (const step of steps.toReversed()) expect(await index.migrations.down()).toBe(step)
  expect(await onServer(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).toEqual([{ tablename: 'search_migrations' }])
})

test('a user who may not add pg_trgm is told so', async () => {
  const { url } = await emptyDatabase()
  const role = `scratch_${crypto.randomUUID().replaceAll('-', '')}`
  await onServer(url, `CREATE ROLE ${role} LOGIN`, `GRANT CREATE ON SCHEMA public TO ${role}`)
  onTestFinished(() => onServer(url, `DROP OWNED BY ${role}`, `DROP ROLE ${role}`).then(() => undefined))
  const address = new URL(url)
  address.username = role
  const index = open({ url: address.href })
  await expect(index.migrations.up()).rejects.toMatchObject({ code: 'EXTENSION_MISSING', details: { extension: 'pg_trgm' }, retryable: false })
  expect(await index.diagnose()).toContainEqual(expect.objectContaining({ check: 'search pg_trgm', status: 'error' }))
  await onServer(url, 'CREATE EXTENSION pg_trgm')
  expect(await index.migrations.up()).toEqual(steps)
})

test('counts of words stay those of the documents, whoever writes at once', async () => {
  const { url } = await emptyDatabase()
  const index = open({ url })
  await index.migrations.up()
  const seed = 7
  const words = ['copper', 'steel', 'tin', 'kettle', 'pan', "o'neill", 'back\\slash']
  const writes = Array.from({ length: 24 }, (_, n) => {
    const documents = [0, 1, 2].map((m) => aDocument(`item-${(n * 5 + m * seed) % 11}`, `${words[(n + m) % 7]} ${words[(n * m) % 7]}`))
    return n % 4 === 3 ? index.remove(documents.map(({ id }) => id)) : index.upsert(documents)
  })
  await Promise.all(writes)
  const [{ count } = { count: 0 }] = await onServer(url, 'SELECT count(*)::integer AS count FROM search_documents')
  expect(count).toBeGreaterThan(0)
  const wrong = await onServer(
    url,
    `SELECT word, kept.documents, kept.titles, real.documents AS documents_now, real.titles AS titles_now
     FROM (SELECT word, documents, titles FROM search_words WHERE documents <> 0) AS kept
     FULL JOIN (
       SELECT word, count(*) AS documents, count(*) FILTER (WHERE titled) AS titles FROM (
         SELECT '' AS word, false AS titled FROM search_documents
         UNION ALL
         SELECT lexeme, 'A' = ANY (weights) FROM search_documents, unnest(words)
       ) AS present GROUP BY 1
     ) AS real USING (word)
     WHERE kept.documents IS DISTINCT FROM real.documents OR kept.titles IS DISTINCT FROM real.titles`,
  )
  expect(wrong).toEqual([])
})

test('a writer that was followed by another is refused, and so is a rebuild; what was left unfinished is swept away', async () => {
  const { url } = await emptyDatabase()
  const index = open({ url })
  await index.migrations.up()
  await index.upsert([aDocument('kettle')], { fence: 5 })
  await expect(index.upsert([aDocument('kettle', 'stale')], { fence: 4 })).rejects.toMatchObject({ code: 'CONFLICT' })
  await expect(index.remove(['kettle' as ProductId], { fence: 4 })).rejects.toMatchObject({ code: 'CONFLICT' })
  const left = await index.rebuild?.()
  await left?.upsert([aDocument('left-kettle')])
  const rebuild = await index.rebuild?.()
  await expect(left?.upsert([aDocument('late-kettle')])).rejects.toMatchObject({ code: 'CONFLICT' })
  await expect(left?.finish()).rejects.toMatchObject({ code: 'CONFLICT' })
  await rebuild?.upsert([aDocument('new-kettle')])
  expect(await handles(index, 'kettle')).toEqual(['kettle'])
  await rebuild?.finish({ fence: 2 })
  expect(await handles(index, 'kettle')).toEqual(['new-kettle'])
  await index.upsert([aDocument('next-kettle')], { fence: 2 })
  expect(await onServer(url, 'SELECT count(DISTINCT generation)::integer AS generations, count(*)::integer AS documents FROM search_documents')).toEqual([
    { generations: 1, documents: 2 },
  ])
})

test('a shop is searched in another database: built, fed by several workers, built anew while it is fed', async () => {
  const { url } = await emptyDatabase()
  const commerce = await openShop(postgresSearch({ url }))
  await open({ url }).migrations.up()
  await commerce.catalog.upsertMany({ products: [kettle('copper-kettle'), kettle('steel-kettle')] })
  expect((await commerce.search.reindex()).documents).toBe(2)
  const found = async (text: string) => (await commerce.search.query({ text })).items.map(({ handle }) => handle).sort()
  expect(await found('ketle')).toEqual(['copper-kettle', 'steel-kettle'])
  await commerce.catalog.upsertMany({ products: [kettle('tin-kettle'), kettle('steel-kettle', 'Steel teapot')] })
  // An outbox is read up to the oldest transaction of the server, which may be another test file's.
  const feed = () => Promise.all([1, 2, 3].map(() => commerce.worker.runOnce({ jobs: ['search'] })))
  const fedAndFound = async (text: string) => {
    await feed()
    return await found(text)
  }
  await expect.poll(() => fedAndFound('kettle')).toEqual(['copper-kettle', 'tin-kettle'])
  const [report] = await Promise.all([
    commerce.search.reindex(),
    commerce.catalog.upsertMany({ products: [kettle('copper-kettle', 'Copper samovar')] }).then(feed),
  ])
  expect(report.documents).toBe(3)
  await expect.poll(() => fedAndFound('kettle')).toEqual(['tin-kettle'])
  expect([await found('samovar'), await found('teapot')]).toEqual([['copper-kettle'], ['steel-kettle']])
})

test('D3: with search down the database answers queries, soon and degraded, and an order is placed', async () => {
  const commerce = await openShop(postgresSearch({ url: `postgres://cartwright@127.0.0.1:${await closedPort()}/shop` }))
  await commerce.catalog.upsertMany({ products: [kettle('copper-kettle')] })
  const { cart, guestToken } = await commerce.carts.create({})
  const actor = { type: 'guest', token: guestToken as string } as const
  await commerce.carts.addLine({ actor, cartId: cart.id, sku: skuOf('copper-kettle'), quantity: 1 })
  expect(await commerce.search.query({ text: 'kettle' })).toMatchObject({ degraded: true, total: 1, items: [{ handle: 'copper-kettle' }] })
  const shippingAddress = { name: 'A Reader', line1: '1 Quay Street', city: 'Bristol', postalCode: 'BS1 4DJ', country: 'GB' }
  const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
  const payment = { provider: 'fake', method: 'card_ok' }
  const placed = await commerce.checkout.place({ actor, cartId: cart.id, expectedTotal: quote.total, email: 'r@example.com', payment, idempotencyKey: 'one' })
  expect(placed.outcome).toBe('confirmed')
  expect(await commerce.worker.runOnce({ jobs: ['search', 'sweep'] })).toMatchObject({ sweep: { failed: 0 } })
})

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
