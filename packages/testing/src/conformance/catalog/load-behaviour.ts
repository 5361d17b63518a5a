import type {
  CatalogLoad,
  CatalogLoadResult,
  Category,
  CategoryId,
  DomainEvent,
  EventId,
  Location,
  ProductDraft,
  Storage,
  StorageTransaction,
} from '@cartwright/core/ports'
import { describe, expect } from 'vitest'
import { itUnless } from '../capability.ts'
import { aLocation, ids } from '../fixtures.ts'
import { at, start } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { aDraft, aVariant, upsert, usd } from './stored-products.ts'

const quotes = 'back\\slash, tab\t, "quotes", line\nbreak, carriage\rreturn, \\N, ü and 🫖'

function aLoad(location: Location, products: readonly ProductDraft[]): CatalogLoad {
  const skus = products.flatMap(({ variants }) => variants.map(({ sku }) => sku))
  const levels = skus.map((sku, place) => ({
    entryId: ids.next(),
    level: { sku, locationId: location.id, onHand: place, reserved: 0, version: 2 },
  }))
  const declared = skus.map((sku, place) => ({ sku, declared: JSON.stringify([[location.code, place]]) }))
  return { products, declared, levels, events: products.map(created) }
}

function created({ id, handle }: ProductDraft): DomainEvent {
  return {
    id: ids.next<EventId>(),
    topic: 'product.changed',
    aggregateType: 'product',
    aggregateId: id,
    aggregateVersion: 1,
    payload: { handle, change: 'created' },
    occurredAt: start,
  }
}

const kitchen: Category = { id: ids.next<CategoryId>(), path: ['Kitchen'] }
const kettles: Category = { id: ids.next<CategoryId>(), path: ['Kitchen', quotes] }

function variedProducts(): readonly ProductDraft[] {
  const red = aVariant('KETTLE-RED', {
    options: { Colour: quotes },
    prices: [usd(2_000, 2_500), { currency: 'EUR', amountMinor: 1_900, compareAtMinor: null }],
  })
  const blue = {
    options: { Colour: '' },
    prices: [usd(1_700)],
    barcode: quotes,
    weightGrams: 900,
    stockTracked: false,
    backorder: 'allow',
    backorderLimit: 3,
    availableFrom: '2026-12-01',
  } as const
  return [
    aDraft('plain'),
    aDraft('kettle', {
      title: quotes,
      description: quotes,
      vendor: quotes,
      categories: [kitchen, kettles],
      attributes: { material: quotes, litres: 1.5, whistles: true },
      images: [{ url: 'https://shop.example/1.jpg', alt: quotes }],
      options: ['Colour'],
      variants: [red, aVariant('KETTLE-BLUE', blue)],
    }),
    aDraft('draft', { status: 'draft', variants: [aVariant('DRAFT', { prices: [] })] }),
  ]
}

/** What a load finds there: its location and its categories. */
async function prepare(storage: Storage, location: Location): Promise<void> {
  await storage.transaction(at(0), async (tx) => {
    await tx.stock.ensureLocation(location)
    await tx.catalog.ensureCategories([kitchen, kettles])
  })
}

/** The same by the other verbs. */
async function oneByOne(tx: StorageTransaction, { products, declared, levels, events }: CatalogLoad): Promise<void> {
  await tx.catalog.upsertProducts(products)
  for (const { entryId, level } of levels) {
    const { sku, locationId, onHand } = level
    await tx.stock.adjust({ entryId, sku, locationId, change: { to: onHand }, reason: 'import', note: null, shortfall: 'refuse' })
  }
  await tx.catalog.declareStock(declared)
  await tx.outbox.append(events)
}

/** All that can be read of a catalogue with its stock and events. */
function everything(storage: Storage, skus: readonly string[]) {
  return storage.snapshot(
    at(0),
    async ({ catalog, stock, outbox, audit }) => {
      const list = async (query: object) => {
        const { items } = await catalog.listProducts({ filter: { status: 'any' }, sort: 'newest', currency: 'USD', limit: 100, ...query })
        return items.map(({ handle }) => handle)
      }
      return {
        products: await catalog.scanProducts({ limit: 100 }),
        categories: (await catalog.listCategories()).map(({ path, productCount }) => [path, productCount]),
        sorted: [await list({ sort: 'price_asc' }), await list({ sort: 'price_desc', currency: 'EUR' }), await list({ sort: 'title' })],
        filtered: [
          await list({ filter: { status: 'any', price: { currency: 'USD', minMinor: 1_500 } } }),
          await list({ filter: { status: 'any', attributes: { material: quotes } } }),
          await list({ filter: { status: 'any', inStock: true } }),
          await list({ filter: { status: 'any', category: ['Kitchen'] } }),
        ],
        sellables: [...(await catalog.sellables({ skus, currency: 'USD' }))].sort((a, b) => (a.sku < b.sku ? -1 : 1)),
        declared: [...(await catalog.declaredStock({ skus }))].sort(),
        levels: await stock.levels({ skus }),
        events: (await outbox.read({ after: await outbox.tail(), limit: 100 })).events,
        violations: (await audit.run({ graceMs: 0, sampleLimit: 10 })).flatMap(({ samples }) => samples),
      }
    },
    { fresh: true },
  )
}

export function loadBehaviour(options: StorageSuiteOptions): void {
  describe('loading', () => {
    const lacking = options.lacks?.load
    const storage = testStorage(options)
    const load = (tx: StorageTransaction, content: CatalogLoad): Promise<CatalogLoadResult> => {
      if (tx.load === undefined) throw new Error('the transaction has no `load`: add it, or say in `lacks.load` why there is none')
      return tx.load(content)
    }
    const loadInto = (content: CatalogLoad) => storage().transaction(at(0), (tx) => load(tx, content))
    const locationOf = () => storage().transaction(at(0), (tx) => tx.stock.ensureLocation(aLocation({ code: 'main' })))
    const handles = async () =>
      (await storage().snapshot(at(0), ({ catalog }) => catalog.scanProducts({ limit: 100 }), { fresh: true })).map(({ handle }) => handle)

    itUnless(lacking, 'leaves what the other verbs would have left', async () => {
      const location = aLocation({ code: 'main' })
      const content = aLoad(location, variedProducts())
      const other = await options.open()
      try {
        for (const database of [other.storage, storage()]) await prepare(database, location)
        await other.storage.transaction(at(0), (tx) => oneByOne(tx, content))
        expect(await loadInto(content)).toBe('loaded')
        const skus = content.levels.map(({ level }) => level.sku)
        const loaded = await everything(storage(), skus)
        expect(loaded).toEqual(await everything(other.storage, skus))
        expect([loaded.products.length, loaded.levels.length, loaded.events.length, loaded.violations]).toEqual([3, 4, 3, []])
      } finally {
        await other.dispose()
      }
    })

    itUnless(lacking, 'makes rows that the other verbs go on with', async () => {
      const location = await locationOf()
      const draft = aDraft('kettle', { variants: [aVariant('A'), aVariant('B')] })
      await loadInto(aLoad(location, [draft]))
      const [updated] = await upsert(storage(), [{ ...draft, title: 'Another', contentHash: 'another', variants: [aVariant('A')] }])
      expect(updated).toMatchObject({ outcome: 'updated', productId: draft.id, version: 2 })
      const [unchanged] = await upsert(storage(), [{ ...draft, title: 'Another', contentHash: 'another', variants: [aVariant('A')] }])
      expect(unchanged).toMatchObject({ outcome: 'unchanged' })
    })

    for (const [what, other] of [
      ['a handle', { handle: 'kettle', sku: 'NEW' }],
      ['a SKU', { handle: 'new', sku: 'SKU-kettle' }],
    ] as const) {
      itUnless(lacking, `writes nothing when ${what} exists, and the transaction goes on`, async () => {
        const location = await locationOf()
        await upsert(storage(), [aDraft('kettle')])
        const content = aLoad(location, [aDraft('unheard-of'), aDraft(other.handle, { variants: [aVariant(other.sku)] })])
        await storage().transaction(at(0), async (tx) => {
          expect(await load(tx, content)).toBe('not_new')
          await tx.catalog.upsertProducts([aDraft('afterwards')])
        })
        expect(await handles()).toEqual(['kettle', 'afterwards'])
      })
    }

    itUnless(lacking, 'writes nothing when a level exists', async () => {
      const location = await locationOf()
      const [level] = aLoad(location, [aDraft('kettle')]).levels
      if (level === undefined) throw new Error('no level')
      await loadInto({ products: [], declared: [], levels: [level], events: [] })
      expect(await loadInto(aLoad(location, [aDraft('kettle')]))).toBe('not_new')
      expect(await handles()).toEqual([])
    })

    itUnless(lacking, 'is undone with its transaction, and a broken constraint undoes it too', async () => {
      const location = await locationOf()
      const failure = new Error('stop')
      const stopped = storage().transaction(at(0), async (tx) => {
        await load(tx, aLoad(location, [aDraft('kettle')]))
        throw failure
      })
      await expect(stopped).rejects.toBe(failure)
      const negative = aDraft('negative', { variants: [aVariant('NEGATIVE', { prices: [usd(-1)] })] })
      await expect(loadInto(aLoad(location, [negative]))).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATION', details: { constraint: 'prices_amount' } })
      const twice = aDraft('twice', { variants: [aVariant('TWICE'), aVariant('TWICE')] })
      await expect(loadInto({ ...aLoad(location, [twice]), levels: [] })).rejects.toMatchObject({ code: 'CONFLICT' })
      expect(await handles()).toEqual([])
      expect(await loadInto(aLoad(location, [aDraft('kettle')]))).toBe('loaded')
    })
  })
}
