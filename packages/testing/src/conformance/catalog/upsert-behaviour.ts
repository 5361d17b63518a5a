import type { ProductId } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at, moment, start } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { aDraft, aVariant, categories, findByHandle, storedProduct, upsert, usd } from './stored-products.ts'

export function upsertBehaviour(options: StorageSuiteOptions): void {
  describe('products', () => {
    const storage = testStorage(options)
    const variantOf = async (handle: string, sku: string) => (await storedProduct(storage(), handle)).variants.find((variant) => variant.sku === sku)

    it('are given back whole, by id, by handle and by SKU', async () => {
      const [, kettles] = await categories(storage(), ['Kitchen'], ['Kitchen', 'Kettles'])
      const draft = aDraft('kettle', {
        title: 'Kettle “Größe” 1,7 ☕',
        description: '<p>Boils</p>',
        vendor: 'Acme',
        categories: kettles === undefined ? [] : [kettles],
        attributes: { wattage: 1400, waterproof: false, material: 'steel', ratio: 0.1 },
        images: [
          { url: 'https://shop.example/1.jpg', alt: null },
          { url: 'https://shop.example/2.jpg', alt: 'From behind' },
        ],
        options: ['Colour', 'Size'],
        variants: [
          aVariant('Ket-B', { options: { Colour: 'Blue', Size: 'M' }, barcode: '4006381333931', weightGrams: 900, prices: [usd(2000, 2500)] }),
          aVariant('Ket-A', { options: { Colour: 'Red', Size: 'M' }, stockTracked: false, backorder: 'allow', restockDate: '2026-12-01', prices: [usd(0)] }),
          aVariant('Ket-C', { options: { Colour: 'Grey', Size: 'M' }, backorder: 'allow', backorderLimit: 5 }),
        ],
      })
      expect(await upsert(storage(), [draft])).toEqual([{ productId: draft.id, handle: 'kettle', outcome: 'created', version: 1 }])
      const { contentHash: _hash, keptSkus: _kept, ...described } = draft
      const expected = {
        ...described,
        variants: draft.variants.map((variant) => ({ ...variant, status: 'active' })),
        ratingAverage: null,
        ratingCount: 0,
        createdAt: start,
        updatedAt: start,
        version: 1,
      }
      for (const key of [{ id: draft.id }, { handle: 'kettle' }, { sku: 'Ket-A' }]) {
        expect(await storage().snapshot(at(0), (snapshot) => snapshot.catalog.findProduct(key)), JSON.stringify(key)).toEqual(expected)
      }
    })

    it('are not found under names that nobody used', async () => {
      await upsert(storage(), [aDraft('kettle')])
      for (const key of [{ id: ids.next<ProductId>() }, { handle: 'kettles' }, { sku: 'SKU' }]) {
        expect(await storage().snapshot(at(0), (snapshot) => snapshot.catalog.findProduct(key))).toBeUndefined()
      }
    })

    it('are left untouched when their content hash is the stored one', async () => {
      const draft = aDraft('kettle')
      await upsert(storage(), [draft])
      const again = { ...aDraft('kettle', { title: 'Not looked at' }), contentHash: draft.contentHash }
      expect(await upsert(storage(), [again], 5000)).toEqual([{ productId: draft.id, handle: 'kettle', outcome: 'unchanged', version: 1 }])
      expect(await findByHandle(storage(), 'kettle')).toMatchObject({ title: draft.title, updatedAt: start, version: 1 })
    })

    it('are replaced by handle, and keep their own id, creation and the ids of known SKUs', async () => {
      const first = aDraft('kettle', { attributes: { wattage: 1400 }, variants: [aVariant('A', { barcode: '1' }), aVariant('B')] })
      await upsert(storage(), [first])
      const second = aDraft('kettle', { title: 'Teapot', variants: [aVariant('B', { prices: [usd(900)], weightGrams: 5 }), aVariant('A')] })
      expect(await upsert(storage(), [second], 5000)).toEqual([{ productId: first.id, handle: 'kettle', outcome: 'updated', version: 2 }])
      const stored = await storedProduct(storage(), 'kettle')
      expect(stored).toMatchObject({ id: first.id, title: 'Teapot', attributes: {}, createdAt: start, updatedAt: moment(5000), version: 2 })
      expect(stored.variants.map(({ id, sku, barcode, weightGrams, prices }) => ({ id, sku, barcode, weightGrams, prices }))).toEqual([
        { id: first.variants[1]?.id, sku: 'B', barcode: null, weightGrams: 5, prices: [usd(900)] },
        { id: first.variants[0]?.id, sku: 'A', barcode: null, weightGrams: null, prices: [usd(1000)] },
      ])
    })

    it('archive the SKUs they no longer name, except kept ones, and take them back', async () => {
      const dear = aVariant('KEPT', { prices: [usd(7777)] })
      await upsert(storage(), [aDraft('kettle', { variants: [aVariant('A'), aVariant('GONE'), dear] })])
      await upsert(storage(), [aDraft('kettle', { variants: [aVariant('A')], keptSkus: ['KEPT'] })])
      expect(await variantOf('kettle', 'GONE')).toMatchObject({ status: 'archived' })
      expect(await variantOf('kettle', 'KEPT')).toEqual({ ...dear, status: 'active' })
      const archivedId = (await variantOf('kettle', 'GONE'))?.id
      await upsert(storage(), [aDraft('kettle', { variants: [aVariant('A'), aVariant('GONE')] })])
      expect(await variantOf('kettle', 'GONE')).toMatchObject({ status: 'active', id: archivedId })
    })

    it('tell created, updated and unchanged apart in one call, in the order given', async () => {
      const same = aDraft('same')
      await upsert(storage(), [same, aDraft('other')])
      const results = await upsert(storage(), [aDraft('new'), same, aDraft('other')])
      expect(results.map(({ handle, outcome, version }) => [handle, outcome, version])).toEqual([
        ['new', 'created', 1],
        ['same', 'unchanged', 1],
        ['other', 'updated', 2],
      ])
    })

    it('are written by the hundred in one call, and none of them when the transaction rolls back', async () => {
      const many = Array.from({ length: 300 }, (_, position) => aDraft(`p-${position}`, { variants: [aVariant(`S-${position}`), aVariant(`T-${position}`)] }))
      const attempt = storage().transaction(at(0), async (tx) => {
        await tx.catalog.upsertProducts(many)
        throw new Error('give up')
      })
      await expect(attempt).rejects.toThrow('give up')
      expect(await findByHandle(storage(), 'p-0')).toBeUndefined()
      expect(await upsert(storage(), many)).toHaveLength(300)
      expect((await storedProduct(storage(), 'p-299')).variants.map(({ sku }) => sku)).toEqual(['S-299', 'T-299'])
    })

    it('refuse a SKU of another product with a retryable CONFLICT, and write nothing', async () => {
      await upsert(storage(), [aDraft('kettle', { variants: [aVariant('TAKEN')] })])
      const attempt = upsert(storage(), [aDraft('teapot', { variants: [aVariant('TAKEN')] })])
      await expect(attempt).rejects.toMatchObject({ code: 'CONFLICT', retryable: true })
      expect(await findByHandle(storage(), 'teapot')).toBeUndefined()
      expect(await variantOf('kettle', 'TAKEN')).toMatchObject({ status: 'active' })
    })

    it('are stored once when two handles create the same one at once; who loses is told, or updates', async () => {
      const other = await storage.another()
      const results = await Promise.allSettled([storage(), other].map((handle) => upsert(handle, [aDraft('kettle')])))
      const outcomes = results.map((result) => (result.status === 'fulfilled' ? result.value[0]?.outcome : (result.reason as { readonly code?: string }).code))
      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1)
      expect(outcomes.filter((outcome) => outcome === 'updated' || outcome === 'CONFLICT')).toHaveLength(1)
      expect((await storedProduct(storage(), 'kettle')).version).toBe(outcomes.includes('updated') ? 2 : 1)
    })
  })
}
