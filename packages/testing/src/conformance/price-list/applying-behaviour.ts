import type { CustomerId, ListPrice, PriceList, PriceStep } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { aDraft, aVariant, upsert, usd } from '../catalog/stored-products.ts'
import { insertedCustomer } from '../customer/stored-customers.ts'
import { at, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { step, storedList } from './stored-price-lists.ts'

export function applyingBehaviour(options: StorageSuiteOptions): void {
  describe('what they make of goods', () => {
    const storage = testStorage(options)
    const goods = (...skus: readonly string[]) => upsert(storage(), [aDraft('goods', { variants: skus.map((sku) => aVariant(sku, { prices: [usd(1000)] })) })])
    const sellables = (skus: readonly string[], customerId: CustomerId | null = null, atMs = 0, currency = 'USD') =>
      storage().snapshot(at(atMs), (snapshot) => snapshot.catalog.sellables({ skus, currency, customerId }), { fresh: true })
    const pricesOf = async (...params: Parameters<typeof sellables>) =>
      [...((await sellables(...params))[0]?.listPrices ?? [])].sort((a, b) => a.amountMinor - b.amountMinor)
    const asListed = ({ code: list, priority }: PriceList, { minQuantity, amountMinor }: PriceStep): ListPrice => ({ list, priority, minQuantity, amountMinor })

    it('is one row a SKU, with each price of each list that counts, beside its own', async () => {
      await goods('A', 'B', 'C')
      const [low, high] = [step('A', 700, 10), step('A', 900)]
      const [first, second] = [await storedList(storage(), { priority: 3 }, [low, step('B', 1)]), await storedList(storage(), {}, [high])]
      const rows = await sellables(['A', 'C', 'NOTHING'])
      expect(rows).toHaveLength(2)
      expect(await pricesOf(['A'])).toEqual([asListed(first, low), asListed(second, high)])
      expect(rows.find(({ sku }) => sku === 'A')?.price).toEqual(usd(1000))
      expect(await pricesOf(['C'])).toEqual([])
    })

    it('counts for the groups that it names, and for nobody else; without any, for all', async () => {
      await goods('A')
      const [trade, club] = [step('A', 500), step('A', 600)]
      const forTrade = await storedList(storage(), { groups: ['trade', 'staff'] }, [trade])
      const forClub = await storedList(storage(), { groups: ['club'] }, [club])
      const [trader, member, both, other] = await Promise.all(
        [['trade'], ['club'], ['club', 'staff'], ['trad']].map((groups) => insertedCustomer(storage(), { groups })),
      )
      expect(await pricesOf(['A'], trader?.id)).toEqual([asListed(forTrade, trade)])
      expect(await pricesOf(['A'], member?.id)).toEqual([asListed(forClub, club)])
      expect(await pricesOf(['A'], both?.id)).toEqual([asListed(forTrade, trade), asListed(forClub, club)])
      for (const customerId of [other?.id, null, 'a customer of the host' as CustomerId]) expect(await pricesOf(['A'], customerId)).toEqual([])
      const everybodys = await storedList(storage(), {}, [step('A', 900)])
      expect(await pricesOf(['A'], other?.id)).toEqual([asListed(everybodys, step('A', 900))])
    })

    it('counts from its start on, until its end, while it is active, and in its currency', async () => {
      await goods('A')
      await storedList(storage(), { startsAt: moment(10), endsAt: moment(20) }, [step('A', 1)])
      await storedList(storage(), { active: false }, [step('A', 2)])
      await storedList(storage(), { currency: 'EUR' }, [step('A', 3)])
      const amounts = async (atMs: number, currency = 'USD') => (await pricesOf(['A'], null, atMs, currency)).map(({ amountMinor }) => amountMinor)
      expect([await amounts(9), await amounts(10), await amounts(19), await amounts(20)]).toEqual([[], [1], [1], []])
      expect(await amounts(0, 'EUR')).toEqual([3])
    })

    it('is seen in the transaction that writes it', async () => {
      await goods('A')
      const list = await storedList(storage())
      const seen = await storage().transaction(at(0), async (tx) => {
        await tx.priceLists.putPrices({ priceListId: list.id, prices: [step('A', 4)] })
        return tx.catalog.sellables({ skus: ['A'], currency: 'USD' })
      })
      expect(seen[0]?.listPrices).toEqual([asListed(list, step('A', 4))])
    })
  })
}
