import { describe, expect, it } from 'vitest'
import { aDraft, aVariant, categories as storedCategories, upsert } from '../catalog/stored-products.ts'
import { ids } from '../fixtures.ts'
import { at, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { aVoucher, insertedPromotion, redeemed, useOf } from './stored-promotions.ts'

export function keepingBehaviour(options: StorageSuiteOptions): void {
  describe('what is kept', () => {
    const storage = testStorage(options)
    const fresh = { fresh: true } as const

    it('is given back as it was put in', async () => {
      const promotion = await insertedPromotion(storage(), {
        effect: { type: 'buy_get', buy: 2, get: 1, getItems: { skus: ['A “1”'] }, basisPoints: 5_000, times: null },
        items: { categories: [['Küche', 'Tassen']], productIds: [ids.next()] },
        except: { skus: ['B'] },
        conditions: { minimumSubtotal: { USD: 1_000, JPY: 1 }, minimumQuantity: 2, groups: ['trade'], firstOrder: true },
        stacking: { priority: -3, exclusive: true, group: 'season', combinesWith: ['loyalty'] },
        limits: { total: 10, perCustomer: 1 },
        startsAt: moment(5),
        endsAt: moment(90),
      })
      const find = (promotionId: typeof promotion.id) => storage().snapshot(at(0), ({ promotions }) => promotions.find({ promotionId }), fresh)
      expect(await find(promotion.id)).toEqual(promotion)
      expect(await find(ids.next())).toBeUndefined()
      const changed = {
        ...promotion,
        status: 'ended',
        name: 'Over',
        limits: { total: null, perCustomer: 2 },
        startsAt: null,
        version: 2,
        updatedAt: moment(3),
      } as const
      const save = (expectedVersion: number) => storage().transaction(at(3), (tx) => tx.promotions.save({ promotion: changed, expectedVersion }))
      expect([await save(2), await save(1)]).toEqual(['stale', 'saved'])
      expect(await find(promotion.id)).toEqual(changed)
    })

    it('is listed by page, the newest promotions first, the codes by the alphabet', async () => {
      const [first, second, third] = [
        await insertedPromotion(storage()),
        await insertedPromotion(storage(), { status: 'ended' }),
        await insertedPromotion(storage(), {}, { bbb: 1, AAA: null, CCC: 2 }),
      ]
      const read = storage().snapshot(
        at(0),
        async ({ promotions }) => {
          const page = await promotions.list({ limit: 2 })
          const rest = await promotions.list({ limit: 2, after: page.next ?? '' })
          const codes = await promotions.vouchers({ promotionId: third.id, limit: 2 })
          const more = await promotions.vouchers({ promotionId: third.id, limit: 2, after: codes.next ?? '' })
          return {
            ids: [page, rest].map(({ items }) => items.map(({ id }) => id)),
            active: (await promotions.list({ status: 'active', limit: 9 })).items.length,
            codes: [...codes.items, ...more.items],
          }
        },
        fresh,
      )
      expect(await read).toEqual({
        ids: [[third.id, second.id], [first.id]],
        active: 2,
        codes: [aVoucher(third, 'AAA'), aVoucher(third, 'bbb', 1), aVoucher(third, 'CCC', 2)],
      })
      await expect(storage().snapshot(at(0), ({ promotions }) => promotions.list({ limit: 2, after: 'x' }))).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    })

    it('has a code once, whatever its capitals, and says when it ended', async () => {
      const promotion = await insertedPromotion(storage(), {}, { Spring: null })
      const written = await storage().transaction(at(0), ({ promotions }) =>
        promotions.insertVouchers({ vouchers: [aVoucher(promotion, 'SPRING'), aVoucher(promotion, 'New')] }),
      )
      expect(written).toEqual(new Set(['NEW']))
      const end = (codeKey: string) => storage().transaction(at(7), ({ promotions }) => promotions.endVoucher({ codeKey }))
      expect([await end('SPRING'), await end('SPRING'), await end('NONE')]).toEqual([true, false, false])
      const found = await storage().snapshot(at(0), ({ promotions }) => promotions.findVoucher({ codeKey: 'SPRING' }), fresh)
      expect(found).toEqual({ promotion, voucher: { ...aVoucher(promotion, 'Spring'), endedAt: moment(7) } })
    })

    it('lets one of eight have a code that they take at once', async () => {
      const other = await storage.another()
      const promotion = await insertedPromotion(storage())
      const written = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          (index % 2 === 0 ? storage() : other).transaction(at(0), ({ promotions }) =>
            promotions.insertVouchers({ vouchers: [aVoucher(promotion, index % 3 === 0 ? 'One' : 'one')] }),
          ),
        ),
      )
      expect(written.filter(({ size }) => size === 1)).toHaveLength(1)
    })
  })

  describe('what a quote is offered', () => {
    const storage = testStorage(options)
    const offersOf = (codeKeys: readonly string[], more: { readonly skus?: readonly string[]; readonly customerId?: string; readonly cartId?: string } = {}) =>
      storage().snapshot(
        at(10),
        ({ promotions }) =>
          promotions.offers({ cartId: (more.cartId ?? ids.next()) as never, codeKeys, skus: more.skus ?? [], customerId: (more.customerId ?? null) as never }),
        { fresh: true },
      )

    it('are the automatic promotions that are not over, and those of its codes', async () => {
      const running = await insertedPromotion(storage(), { automatic: true, endsAt: moment(11) })
      const coming = await insertedPromotion(storage(), { automatic: true, startsAt: moment(20) })
      await insertedPromotion(storage(), { automatic: true, endsAt: moment(10) })
      await insertedPromotion(storage(), { automatic: true, status: 'ended' })
      const coded = await insertedPromotion(storage(), { status: 'ended' }, { Code: 3, Other: null })
      const { offers, hasOrdered, used } = await offersOf(['CODE', 'NONE'])
      expect([hasOrdered, used.size]).toEqual([false, 0])
      expect(new Map(offers.map(({ promotion, voucher }) => [promotion.id, { promotion, voucher }]))).toEqual(
        new Map([
          [running.id, { promotion: running, voucher: null }],
          [coming.id, { promotion: coming, voucher: null }],
          [coded.id, { promotion: coded, voucher: aVoucher(coded, 'Code', 3) }],
        ]),
      )
    })

    it('tells what the customer has used and whether they have ordered, their order of this very cart apart', async () => {
      const promotion = await insertedPromotion(storage(), { limits: { total: 5, perCustomer: 2 } }, { CODE: 2 })
      const { order } = await redeemed(storage(), { uses: [useOf(promotion, 'CODE')], customerId: 'ada' })
      const facts = async (cartId?: string) => {
        const { offers, used, hasOrdered } = await offersOf(['CODE'], { customerId: 'ada', ...(cartId === undefined ? {} : { cartId }) })
        return [offers[0]?.promotion.used, offers[0]?.voucher?.used, used.get(promotion.id), hasOrdered]
      }
      expect(await facts()).toEqual([1, 1, 1, true])
      expect(await facts(order.cartId)).toEqual([0, 0, 0, false])
      expect((await offersOf(['CODE'], { customerId: 'eve' })).hasOrdered).toBe(false)
    })

    it('names the categories of each SKU, and a number that grows as automatic promotions change, 0 without any', async () => {
      const paths = [['Kitchen'], ['Kitchen', 'Mugs'], ['Sale']]
      const [, ...own] = await storedCategories(storage(), ...paths)
      await upsert(storage(), [aDraft('a', { categories: own, variants: [aVariant('A')] })])
      const { categories } = await offersOf([], { skus: ['A', 'B'] })
      expect([...(categories.get('A') ?? [])].sort()).toEqual([['Kitchen', 'Mugs'], ['Sale']])
      const revision = async () =>
        (await storage().snapshot(at(0), ({ catalog }) => catalog.sellables({ skus: ['A'], currency: 'USD' }), { fresh: true }))[0]?.promotionRevision
      const change = (active: 1 | 0 | -1) => storage().transaction(at(0), ({ promotions }) => promotions.automaticChanged({ active }))
      const seen = [await revision()]
      for (const active of [1, 0, 1, -1, -1] as const) {
        await change(active)
        seen.push(await revision())
      }
      const [none, ...some] = seen
      expect([none, some.pop()]).toEqual([0, 0])
      expect(some.every((one, index) => (one ?? 0) > (some[index - 1] ?? 0))).toBe(true)
    })
  })
}
