import type { ProductId } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { stocked } from '../stock/stocked-shop.ts'
import { aDraft, aVariant, upsert, usd } from './stored-products.ts'

export function sellableBehaviour(options: StorageSuiteOptions): void {
  describe('what can be sold', () => {
    const storage = testStorage(options)
    const sellables = async (skus: readonly string[], currency = 'USD') =>
      [...(await storage().snapshot(at(0), (snapshot) => snapshot.catalog.sellables({ skus, currency })))].sort((a, b) => (a.sku < b.sku ? -1 : 1))

    it('has what a cart needs of each SKU that exists', async () => {
      const days = { availableFrom: '2026-12-01', restockDate: '2027-01-31' }
      const variant = aVariant('A', {
        options: { Colour: 'Blue' },
        prices: [usd(1000, 1200)],
        weightGrams: 7,
        stockTracked: false,
        backorder: 'allow',
        ...days,
      })
      const images = [
        { url: 'https://shop.example/1.jpg', alt: null },
        { url: 'https://shop.example/2.jpg', alt: null },
      ]
      const draft = aDraft('kettle', { images, taxCategory: 'reduced', variants: [variant, aVariant('B')] })
      await upsert(storage(), [draft])
      expect(await sellables(['A', 'NOTHING'])).toEqual([
        {
          sku: 'A',
          variantId: variant.id,
          productId: draft.id,
          handle: 'kettle',
          title: draft.title,
          options: { Colour: 'Blue' },
          imageUrl: 'https://shop.example/1.jpg',
          price: usd(1000, 1200),
          listPrices: [],
          weightGrams: 7,
          taxCategory: 'reduced',
          stockTracked: false,
          backorder: 'allow',
          ...days,
          promotionRevision: 0,
          onSale: true,
        },
      ])
      const [, other] = await sellables(['A', 'B'])
      expect(other).toMatchObject({ sku: 'B' })
      for (const day of Object.keys(days)) expect(other).not.toHaveProperty(day)
      expect(await sellables([])).toEqual([])
    })

    it('has no price in a currency that a variant has none in, and no image where there is none', async () => {
      await upsert(storage(), [aDraft('kettle')])
      expect(await sellables(['SKU-kettle'], 'EUR')).toMatchObject([{ price: null, imageUrl: null, onSale: true }])
    })

    it('is on sale while product and variant both are', async () => {
      await upsert(storage(), [
        aDraft('kettle', { variants: [aVariant('A'), aVariant('OLD')] }),
        aDraft('hidden', { status: 'draft', variants: [aVariant('D')] }),
      ])
      await upsert(storage(), [aDraft('kettle', { variants: [aVariant('A')] })])
      expect((await sellables(['A', 'OLD', 'D'])).map(({ sku, onSale }) => [sku, onSale])).toEqual([
        ['A', true],
        ['D', false],
        ['OLD', false],
      ])
    })

    it('is available when stock is, is not tracked, or may be backordered; not when all is reserved or its location closed', async () => {
      const draft = aDraft('kettle', {
        variants: [
          aVariant('STOCKED'),
          aVariant('EMPTY'),
          aVariant('RESERVED'),
          aVariant('CLOSED'),
          aVariant('FILE', { stockTracked: false }),
          aVariant('LATER', { backorder: 'allow' }),
        ],
      })
      const none = aDraft('none')
      await upsert(storage(), [draft, none])
      await stocked(storage(), { STOCKED: 1, EMPTY: 0, RESERVED: 1 })
      await stocked(storage(), { CLOSED: 5 }, { active: false })
      await storage().transaction(at(0), (tx) =>
        tx.stock.reserve({
          reservationId: ids.next(),
          holder: { type: 'external', id: 'test' },
          claims: [{ sku: 'RESERVED', quantity: 1 }],
          expiresAt: new Date(tx.now.getTime() + 1000),
        }),
      )
      const availability = await storage().snapshot(at(0), (snapshot) => snapshot.catalog.availability({ productIds: [draft.id, none.id] }), { fresh: true })
      const found = new Map(availability.map(({ productId, availableSkus }) => [productId, [...availableSkus].sort()]))
      expect(found.get(draft.id)).toEqual(['FILE', 'LATER', 'STOCKED'])
      expect(found.get(none.id) ?? []).toEqual([])
    })

    it('says which product owns each SKU', async () => {
      const kettle = aDraft('kettle')
      await upsert(storage(), [kettle, aDraft('teapot')])
      const owners = await storage().snapshot(at(0), (snapshot) => snapshot.catalog.skuOwners({ skus: ['SKU-kettle', 'NOBODY'] }))
      expect([...owners]).toEqual([['SKU-kettle', { handle: 'kettle', productId: kettle.id }]])
    })

    it('gives products by id in the order asked for, without the missing', async () => {
      const drafts = [aDraft('a'), aDraft('b'), aDraft('c', { status: 'archived' })] as const
      await upsert(storage(), drafts)
      const [a, b, c] = drafts
      const found = await storage().snapshot(at(0), (snapshot) => snapshot.catalog.findProducts({ ids: [c.id, ids.next<ProductId>(), a.id, b.id] }))
      expect(found.map(({ handle }) => handle)).toEqual(['c', 'a', 'b'])
    })

    it('scans every product once in the order of ids, drafts and archived ones too', async () => {
      const statuses = ['published', 'draft', 'archived', 'published', 'draft'] as const
      const drafts = statuses.map((status, position) => aDraft(`p-${position}`, { status }))
      await upsert(storage(), [...drafts].reverse())
      const seen: ProductId[] = []
      for (let page = 0; page < 4; page += 1) {
        const afterId = seen.at(-1)
        const found = await storage().snapshot(at(0), ({ catalog }) => catalog.scanProducts({ limit: 2, ...(afterId === undefined ? {} : { afterId }) }))
        seen.push(...found.map(({ id }) => id))
      }
      expect(seen).toEqual(drafts.map(({ id }) => id).sort())
    })
  })
}
