import type { BundleComponent } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { aClaim, adjust, reserve, stocked } from '../stock/stocked-shop.ts'
import { aDraft, aVariant, storedProduct, upsert } from './stored-products.ts'

export function bundleBehaviour(options: StorageSuiteOptions): void {
  describe('bundles', () => {
    const storage = testStorage(options)
    const bundle = (sku: string, components: readonly BundleComponent[]) => aVariant(sku, { stockTracked: false, components })
    const set = [
      { sku: 'POT', quantity: 1 },
      { sku: 'CUP', quantity: 4 },
    ]
    const sellable = async (sku: string) =>
      (await storage().snapshot(at(0), ({ catalog }) => catalog.sellables({ skus: [sku], currency: 'USD' }), { fresh: true }))[0]
    const availableSkus = async (handle: string) => {
      const { id } = await storedProduct(storage(), handle)
      const [found] = await storage().snapshot(at(0), ({ catalog }) => catalog.availability({ productIds: [id] }), { fresh: true })
      return found?.availableSkus
    }
    const parts = (handle: string, overrides = {}) => aDraft(handle, { variants: [aVariant('POT', overrides), aVariant('CUP')] })

    it('come back with their product, in the order given; what is no bundle says nothing of components', async () => {
      await upsert(storage(), [parts('parts'), aDraft('set', { variants: [bundle('SET', set)] })])
      expect((await storedProduct(storage(), 'set')).variants).toMatchObject([{ sku: 'SET', components: set }])
      expect((await storedProduct(storage(), 'parts')).variants[0]).not.toHaveProperty('components')
    })

    it('are sold with what their components are now', async () => {
      const goods = aDraft('parts', {
        variants: [aVariant('POT', { backorder: 'allow', restockDate: '2026-12-01' }), aVariant('CUP', { stockTracked: false, availableFrom: '2026-12-02' })],
      })
      await upsert(storage(), [goods, aDraft('set', { variants: [bundle('SET', set)] })])
      expect((await sellable('SET'))?.components).toEqual([
        { sku: 'POT', quantity: 1, title: goods.title, stockTracked: true, backorder: 'allow', restockDate: '2026-12-01', onSale: true },
        { sku: 'CUP', quantity: 4, title: goods.title, stockTracked: false, backorder: 'deny', availableFrom: '2026-12-02', onSale: true },
      ])
      expect(await sellable('POT')).not.toHaveProperty('components')
    })

    it('tell which component is not on sale: archived, hidden, or a bundle itself', async () => {
      const names = ['GONE', 'DRAFT', 'NEST', 'GOOD']
      await upsert(storage(), [
        aDraft('parts', { variants: [aVariant('GONE'), aVariant('GOOD'), aVariant('NEST')] }),
        aDraft('hidden', { status: 'draft', variants: [aVariant('DRAFT')] }),
      ])
      await upsert(storage(), [
        aDraft('set', {
          variants: [
            bundle(
              'SET',
              names.map((sku) => ({ sku, quantity: 1 })),
            ),
          ],
        }),
      ])
      await upsert(storage(), [aDraft('parts', { variants: [aVariant('GOOD'), bundle('NEST', [{ sku: 'GOOD', quantity: 2 }])] })])
      expect((await sellable('SET'))?.components?.map(({ sku, onSale }) => [sku, onSale])).toEqual([
        ['GONE', false],
        ['DRAFT', false],
        ['NEST', false],
        ['GOOD', true],
      ])
    })

    it('can be bought while there is enough of each component for one, wherever it lies', async () => {
      await upsert(storage(), [parts('parts'), aDraft('set', { variants: [bundle('SET', set)] })])
      expect(await availableSkus('set')).toEqual([])
      const main = await stocked(storage(), { POT: 1, CUP: 3 })
      expect(await availableSkus('set')).toEqual([])
      await stocked(storage(), { CUP: 9 }, { active: false })
      expect(await availableSkus('set')).toEqual([])
      await stocked(storage(), { CUP: 1 })
      expect(await availableSkus('set')).toEqual(['SET'])
      await adjust(storage(), main, { sku: 'POT', change: { to: 0 } })
      expect(await availableSkus('set')).toEqual([])
      await upsert(storage(), [parts('parts', { backorder: 'allow' })])
      expect(await availableSkus('set')).toEqual(['SET'])
    })

    it('are found by a component, and by its product', async () => {
      const goods = parts('parts')
      const sets = [aDraft('set', { variants: [bundle('SET', set)] }), aDraft('pots', { variants: [bundle('POTS', [{ sku: 'POT', quantity: 2 }])] })] as const
      await upsert(storage(), [goods, ...sets])
      const find = (params: { skus?: readonly string[]; productIds?: readonly (typeof goods.id)[] }) =>
        storage().snapshot(at(0), ({ catalog }) => catalog.bundlesWith(params), { fresh: true })
      const membership = (at: 0 | 1, sku: string, component: string) => ({
        sku,
        productId: sets[at].id,
        handle: sets[at].handle,
        component,
        componentProductId: goods.id,
      })
      expect(await find({ skus: ['CUP', 'NOBODY'] })).toEqual([membership(0, 'SET', 'CUP')])
      expect(await find({ productIds: [goods.id] })).toEqual([membership(1, 'POTS', 'POT'), membership(0, 'SET', 'CUP'), membership(0, 'SET', 'POT')])
      expect(await find({})).toEqual([])
    })

    it('become other bundles, or none, when they are written anew', async () => {
      await upsert(storage(), [parts('parts'), aDraft('set', { variants: [bundle('SET', set)] })])
      await upsert(storage(), [aDraft('set', { variants: [bundle('SET', [{ sku: 'CUP', quantity: 2 }])] })])
      expect((await sellable('SET'))?.components).toMatchObject([{ sku: 'CUP', quantity: 2 }])
      await upsert(storage(), [aDraft('set', { variants: [aVariant('SET')] })])
      expect(await sellable('SET')).not.toHaveProperty('components')
      expect(await storage().snapshot(at(0), ({ catalog }) => catalog.bundlesWith({ skus: ['POT', 'CUP'] }), { fresh: true })).toEqual([])
    })

    it('make every change of a level say how many units the largest of them takes, if several', async () => {
      await upsert(storage(), [parts('parts'), aDraft('set', { variants: [bundle('SET', set), bundle('PAIR', [{ sku: 'CUP', quantity: 2 }])] })])
      const main = await stocked(storage(), { POT: 5, CUP: 5 })
      const claims = [
        { sku: 'CUP', quantity: 1 },
        { sku: 'POT', quantity: 1 },
      ]
      const calls = [aClaim({ claims }), aClaim({ claims })]
      const [first, [second]] = [await reserve(storage(), aClaim({ claims })), await storage().transaction(at(0), (tx) => tx.stock.reserveMany(calls))]
      for (const result of [first, second]) {
        if (result?.outcome !== 'held') throw new Error('not held')
        expect(result.changes.map(({ sku, lot }) => [sku, lot])).toEqual([
          ['CUP', 4],
          ['POT', undefined],
        ])
      }
      const reservationId = calls[0]?.reservationId ?? ids.next()
      const released = await storage().transaction(at(0), (tx) => tx.stock.release({ reservationId }))
      expect(released).toMatchObject({ outcome: 'changed', changes: [{ sku: 'CUP', lot: 4 }, { sku: 'POT' }] })
      expect(await adjust(storage(), main, { sku: 'CUP', change: { by: 1 } })).toMatchObject({ outcome: 'adjusted', change: { lot: 4 } })
      expect(await adjust(storage(), main, { sku: 'POT', change: { by: 1 } })).not.toHaveProperty('change.lot')
    })
  })
}
