import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { aDraft, aVariant, storedProduct, upsert, usd } from './stored-products.ts'

export function changeBehaviour(options: StorageSuiteOptions): void {
  describe('single changes', () => {
    const storage = testStorage(options)

    it('set a status, and let the next import write the product again', async () => {
      const draft = aDraft('kettle')
      await upsert(storage(), [draft])
      const version = await storage().transaction(at(1000), (tx) => tx.catalog.setStatus({ productId: draft.id, status: 'archived' }))
      expect(version).toBe(2)
      expect(await storedProduct(storage(), 'kettle')).toMatchObject({ status: 'archived', version: 2, updatedAt: moment(1000) })
      expect(await upsert(storage(), [draft])).toMatchObject([{ outcome: 'updated', version: 3 }])
      expect(await storedProduct(storage(), 'kettle')).toMatchObject({ status: 'published' })
    })

    it('set the price of one variant in one currency, and let the next import write the product again', async () => {
      const euro = { currency: 'EUR', amountMinor: 800, compareAtMinor: null }
      const draft = aDraft('kettle', { variants: [aVariant('A', { prices: [usd(1000, 1200), euro] }), aVariant('B')] })
      await upsert(storage(), [draft])
      const result = await storage().transaction(at(1000), (tx) => tx.catalog.setPrice({ sku: 'A', price: usd(700) }))
      expect(result).toEqual({ productId: draft.id, version: 2 })
      const { variants, version, updatedAt } = await storedProduct(storage(), 'kettle')
      expect({ version, updatedAt }).toEqual({ version: 2, updatedAt: moment(1000) })
      expect(variants.find(({ sku }) => sku === 'A')?.prices).toHaveLength(2)
      expect(variants.find(({ sku }) => sku === 'A')?.prices).toEqual(expect.arrayContaining([usd(700), euro]))
      expect(variants.find(({ sku }) => sku === 'B')?.prices).toEqual([usd(1000)])
      expect(await upsert(storage(), [draft])).toMatchObject([{ outcome: 'updated', version: 3 }])
    })

    it('add a price in a currency that had none', async () => {
      await upsert(storage(), [aDraft('kettle', { variants: [aVariant('A', { prices: [] })] })])
      await storage().transaction(at(0), (tx) => tx.catalog.setPrice({ sku: 'A', price: usd(700, 900) }))
      expect((await storedProduct(storage(), 'kettle')).variants[0]?.prices).toEqual([usd(700, 900)])
    })

    it('say when there is no such product or SKU', async () => {
      await storage().transaction(at(0), async ({ catalog }) => {
        expect(await catalog.setStatus({ productId: ids.next(), status: 'draft' })).toBeUndefined()
        expect(await catalog.setPrice({ sku: 'NOTHING', price: usd(1) })).toBeUndefined()
      })
    })

    it('remember what an import declared of the stock, until another does', async () => {
      await upsert(storage(), [aDraft('kettle', { variants: [aVariant('A'), aVariant('B'), aVariant('C')] })])
      const declare = (entries: readonly { readonly sku: string; readonly declared: string }[]) =>
        storage().transaction(at(0), (tx) => tx.catalog.declareStock(entries))
      await declare([
        { sku: 'A', declared: 'main:5' },
        { sku: 'B', declared: '' },
      ])
      await declare([{ sku: 'A', declared: 'main:7' }])
      const declared = await storage().snapshot(at(0), (snapshot) => snapshot.catalog.declaredStock({ skus: ['A', 'B', 'C', 'X'] }))
      expect(declared.get('A')).toBe('main:7')
      expect(['B', 'C', 'X'].filter((sku) => declared.get(sku))).toEqual([])
    })
  })
}
