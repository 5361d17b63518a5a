import { beforeEach, describe, expect, it } from 'vitest'
import { testContext } from '../../test/test-context.ts'
import type { Context } from '../context.ts'
import type { OutboxCursor } from '../events/outbox-store.ts'
import type { LocationId, ReservationId } from '../ids.ts'
import { CatalogService } from './catalog-service.ts'

let context: Context
let catalog: CatalogService
let cursor: OutboxCursor

beforeEach(async () => {
  context = await testContext()
  catalog = new CatalogService(context)
  cursor = await context.storage.snapshot(context.clock.now(), ({ outbox }) => outbox.head())
})

const variant = (sku: string, fields: Record<string, unknown> = {}) => ({ sku, prices: [{ currency: 'USD', amountMinor: 1_000 }], ...fields })
const record = (handle: string, fields: Record<string, unknown> = {}) => ({ handle, title: handle, variants: [variant(handle)], ...fields })
const outcomes = async (...products: unknown[]) => (await catalog.upsertMany({ products })).results.map(({ outcome }) => outcome)
const skusOf = async (handle: string) => (await catalog.get({ handle, includeHidden: true })).variants.map(({ sku, status }) => `${sku} ${status}`)

/** Events since the last call. */
async function newEvents() {
  const batch = await context.storage.snapshot(context.clock.now(), ({ outbox }) => outbox.read({ after: cursor, limit: 1_000 }))
  cursor = batch.cursor
  return batch.events.map(({ topic, payload }) => ({ topic, ...payload }))
}

async function onHand(sku: string): Promise<Record<string, number>> {
  return context.storage.snapshot(context.clock.now(), async ({ stock }) => {
    const codes = new Map((await stock.listLocations()).map(({ id, code }) => [id, code]))
    return Object.fromEntries((await stock.levels({ skus: [sku] })).map((level) => [codes.get(level.locationId) ?? '?', level.onHand]))
  })
}

async function sell(sku: string, by: number): Promise<void> {
  await context.storage.transaction(context.clock.now(), async ({ stock }) => {
    const [level] = await stock.levels({ skus: [sku] })
    await stock.adjust({
      entryId: context.ids.next(),
      sku,
      locationId: level?.locationId as LocationId,
      change: { by: -by },
      reason: 'correction',
      note: null,
      shortfall: 'refuse',
    })
  })
}

describe('products', () => {
  it('are created, left alone when nothing changed, and updated when something did', async () => {
    const before = record('kettle', { attributes: { a: 1, b: 'x' }, categories: [['Kitchen', 'Kettles']] })
    expect(await outcomes(before, record('mug'))).toEqual(['created', 'created'])
    expect(await newEvents()).toEqual([
      { topic: 'product.changed', handle: 'kettle', change: 'created' },
      { topic: 'product.changed', handle: 'mug', change: 'created' },
    ])
    expect(await outcomes({ ...before, attributes: { b: 'x', a: 1 } }, record('mug'))).toEqual(['unchanged', 'unchanged'])
    expect(await newEvents()).toEqual([])
    const first = await catalog.get({ handle: 'kettle' })
    expect(await outcomes({ ...before, attributes: { a: '1', b: 'x' } }, record('mug'))).toEqual(['updated', 'unchanged'])
    expect(await newEvents()).toEqual([{ topic: 'product.changed', handle: 'kettle', change: 'updated' }])
    const second = await catalog.get({ handle: 'kettle' })
    expect(second).toMatchObject({ id: first.id, version: first.version + 1, attributes: { a: '1', b: 'x' }, categories: [{ path: ['Kitchen', 'Kettles'] }] })
  })

  it('come back whole', async () => {
    await outcomes({
      handle: 'shirt',
      title: 'Shirt',
      description: '<p>Soft</p>',
      vendor: 'Looms',
      categories: [['Clothes', 'Shirts'], ['Gifts']],
      attributes: { cotton: true, threads: 120, care: 'cold "wash"' },
      images: [
        { url: 'https://example.com/1.jpg', alt: null },
        { url: 'https://example.com/2.jpg', alt: 'back' },
      ],
      options: ['Size'],
      variants: [
        variant('SHIRT-S', {
          options: { Size: 'S' },
          barcode: '123',
          weightGrams: 150,
          prices: [
            { currency: 'EUR', amountMinor: 900 },
            { currency: 'USD', amountMinor: 1_000, compareAtMinor: 1_200 },
          ],
        }),
        variant('SHIRT-M', { options: { Size: 'M' }, stockTracked: false, backorder: 'allow' }),
      ],
    })
    const product = await catalog.get({ sku: 'SHIRT-M' })
    expect(product).toMatchObject({
      handle: 'shirt',
      title: 'Shirt',
      description: '<p>Soft</p>',
      vendor: 'Looms',
      status: 'published',
      version: 1,
      ratingAverage: null,
      ratingCount: 0,
      attributes: { cotton: true, threads: 120, care: 'cold "wash"' },
      images: [
        { url: 'https://example.com/1.jpg', alt: null },
        { url: 'https://example.com/2.jpg', alt: 'back' },
      ],
      options: ['Size'],
      variants: [
        {
          sku: 'SHIRT-S',
          options: { Size: 'S' },
          barcode: '123',
          weightGrams: 150,
          stockTracked: true,
          backorder: 'deny',
          status: 'active',
          prices: [
            { currency: 'EUR', amountMinor: 900, compareAtMinor: null },
            { currency: 'USD', amountMinor: 1_000, compareAtMinor: 1_200 },
          ],
        },
        { sku: 'SHIRT-M', options: { Size: 'M' }, barcode: null, weightGrams: null, stockTracked: false, backorder: 'allow' },
      ],
    })
    expect(product.categories.map(({ path }) => path)).toEqual([['Clothes', 'Shirts'], ['Gifts']])
  })

  it('rejects the second record of one handle', async () => {
    const { results, rejected } = await catalog.upsertMany({ products: [record('kettle'), record('kettle', { title: 'Other', variants: [variant('other')] })] })
    expect(results.map(({ outcome }) => outcome)).toEqual(['created', 'rejected'])
    expect(rejected).toMatchObject([{ index: 1, column: 'handle', code: 'DUPLICATE_HANDLE' }])
    expect((await catalog.get({ handle: 'kettle' })).title).toBe('kettle')
  })

  it('loses no good record among broken ones', async () => {
    const { results, rejected } = await catalog.upsertMany({
      products: [record('a'), null, record('B'), record('c', { variants: [variant('c1'), variant('')] }), record('d')],
    })
    expect(results.map(({ outcome }) => outcome)).toEqual(['created', 'rejected', 'rejected', 'created', 'created'])
    expect(results[3]).toMatchObject({ handle: 'c', variants: 1 })
    expect(rejected.map(({ index, column }) => [index, column])).toEqual([
      [1, ''],
      [2, 'handle'],
      [3, 'sku'],
    ])
  })

  it('refuses a call that is no list of records, or too long a one', async () => {
    await expect(catalog.upsertMany({ products: 'x' as never })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(catalog.upsertMany({ products: new Array(1_001).fill(null) })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect(await catalog.upsertMany({ products: [] })).toEqual({ results: [], rejected: [] })
  })

  it('are written again after they were changed by other means', async () => {
    await outcomes(record('kettle'))
    await catalog.setPrice({ sku: 'kettle', price: { currency: 'USD', amountMinor: 1 } })
    expect(await outcomes(record('kettle'))).toEqual(['updated'])
    expect((await catalog.get({ handle: 'kettle' })).variants[0]?.prices[0]?.amountMinor).toBe(1_000)
  })
})

describe('variants', () => {
  it('no longer named are archived, and active again when named again', async () => {
    await outcomes(record('kettle', { variants: [variant('a'), variant('b')] }))
    const [, b] = (await catalog.get({ handle: 'kettle' })).variants
    expect(await outcomes(record('kettle', { variants: [variant('a')] }))).toEqual(['updated'])
    expect(await skusOf('kettle')).toEqual(['a active', 'b archived'])
    await expect(catalog.get({ sku: 'b' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await outcomes(record('kettle', { variants: [variant('b'), variant('a')] }))
    expect(await skusOf('kettle')).toEqual(['b active', 'a active'])
    expect((await catalog.get({ sku: 'b' })).variants[0]?.id).toBe(b?.id)
  })

  it('stay as stored when the import had them broken', async () => {
    await outcomes(record('kettle', { variants: [variant('a'), variant('b')] }))
    await outcomes(record('kettle', { variants: [variant('a', { barcode: '1' }), variant('b', { prices: 'free' })] }))
    expect(await skusOf('kettle')).toEqual(['a active', 'b active'])
  })

  it('with a SKU of another product are rejected, in the shop or earlier in the call', async () => {
    await outcomes(record('owner', { variants: [variant('taken')] }))
    const { results, rejected } = await catalog.upsertMany({
      products: [
        record('thief', { variants: [variant('taken'), variant('free')] }),
        record('late', { variants: [variant('free')] }),
        record('owner', { title: 'Owner', variants: [variant('taken')] }),
      ],
    })
    expect(results.map(({ outcome }) => outcome)).toEqual(['created', 'rejected', 'updated'])
    expect(rejected).toMatchObject([
      { index: 0, variant: 0, column: 'sku', code: 'SKU_TAKEN' },
      { index: 1, variant: 0, column: 'sku', code: 'SKU_TAKEN' },
    ])
    expect((await catalog.get({ sku: 'taken' })).handle).toBe('owner')
    expect((await catalog.get({ sku: 'free' })).handle).toBe('thief')
  })
})

describe('declared stock', () => {
  const stocked = (quantity: number, location?: string) =>
    record('kettle', { variants: [variant('kettle', { stock: [{ quantity, ...(location === undefined ? {} : { location }) }] })] })

  it('is set once: the same declaration later does not undo sales', async () => {
    await outcomes(stocked(10))
    expect(await onHand('kettle')).toEqual({ main: 10 })
    await sell('kettle', 4)
    await newEvents()
    expect(await outcomes(stocked(10))).toEqual(['unchanged'])
    expect(await onHand('kettle')).toEqual({ main: 6 })
    expect(await newEvents()).toEqual([])
  })

  it('is set again when the declaration changes, though the product did not', async () => {
    await outcomes(stocked(10))
    await newEvents()
    expect(await outcomes(stocked(0))).toEqual(['unchanged'])
    expect(await onHand('kettle')).toEqual({ main: 0 })
    expect(await newEvents()).toMatchObject([
      { topic: 'stock.adjusted', sku: 'kettle', delta: -10, reason: 'import' },
      { topic: 'stock.availability_changed', skus: ['kettle'] },
    ])
  })

  it('may name several locations, which are created', async () => {
    await outcomes(
      record('kettle', {
        variants: [
          variant('kettle', {
            stock: [
              { location: 'north', quantity: 2 },
              { location: 'south', quantity: 3 },
            ],
          }),
        ],
      }),
    )
    expect(await onHand('kettle')).toEqual({ north: 2, south: 3 })
  })

  it('below what is reserved is rejected without losing the product, and tried again', async () => {
    await outcomes(stocked(10))
    const reservationId = context.ids.next<ReservationId>()
    await context.storage.transaction(context.clock.now(), ({ stock, now }) =>
      stock.reserve({
        reservationId,
        holder: { type: 'external', id: 'x' },
        claims: [{ sku: 'kettle', quantity: 8 }],
        expiresAt: new Date(now.getTime() + 60_000),
      }),
    )
    const low = { ...stocked(5), title: 'Cheaper kettle' }
    const { results, rejected } = await catalog.upsertMany({ products: [low] })
    expect(results).toMatchObject([{ outcome: 'updated' }])
    expect(rejected).toMatchObject([{ index: 0, variant: 0, column: 'stock', code: 'STOCK_RESERVED' }])
    expect(await onHand('kettle')).toEqual({ main: 10 })
    await context.storage.transaction(context.clock.now(), ({ stock }) => stock.release({ reservationId }))
    expect((await catalog.upsertMany({ products: [low] })).rejected).toEqual([])
    expect(await onHand('kettle')).toEqual({ main: 5 })
  })
})
