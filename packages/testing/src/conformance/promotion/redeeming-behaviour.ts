import type { Order, Promotion, PromotionUse, Storage, StorageTransaction } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { at } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { insertedPromotion, type Redeeming, redeemed, useOf, usesOf } from './stored-promotions.ts'

const refusals = (results: readonly { readonly outcome: string; readonly reason?: string }[]) => results.map(({ outcome, reason }) => reason ?? outcome)

export function redeemingBehaviour(options: StorageSuiteOptions): void {
  describe('uses', () => {
    const storage = testStorage(options)
    const reason = async (redeeming: Redeeming) => refusals([(await redeemed(storage(), redeeming)).result])[0]
    const release = ({ id: orderId }: Order) => storage().transaction(at(2), ({ promotions }) => promotions.release({ orderId }))
    const reclaim = ({ id: orderId }: Order) => storage().transaction(at(3), ({ promotions }) => promotions.reclaim({ orderId }))
    const uses = (promotion: Promotion) => usesOf(storage(), promotion, 'CODE')

    it('are counted by promotion, code and customer, up to each limit', async () => {
      const promotion = await insertedPromotion(storage(), { limits: { total: 3, perCustomer: 1 } }, { CODE: 2, OTHER: 5 })
      const use = (codeKey: string, customerId: string) => reason({ uses: [useOf(promotion, codeKey)], customerId })
      expect(await use('CODE', 'ada')).toBe('redeemed')
      expect(await use('OTHER', 'ada')).toBe('used_up_by_customer')
      expect(await use('CODE', 'bob')).toBe('redeemed')
      expect(await use('CODE', 'eve')).toBe('used_up')
      expect(await use('OTHER', 'eve')).toBe('redeemed')
      expect(await use('OTHER', 'zoe')).toBe('used_up')
      expect(await uses(promotion)).toEqual([3, 2])
      expect(await storage().transaction(at(2), ({ promotions }) => promotions.mostUsedByOne({ promotionId: promotion.id }))).toBe(1)
    })

    it('are refused of a promotion that is another one than in the quote, or a code that has ended', async () => {
      const promotion = await insertedPromotion(storage(), {}, { CODE: null, OVER: null })
      await storage().transaction(at(0), ({ promotions }) => promotions.endVoucher({ codeKey: 'OVER' }))
      expect(await reason({ uses: [useOf(promotion, 'OVER')] })).toBe('changed')
      expect(await reason({ uses: [useOf({ ...promotion, version: 2 }, 'CODE')] })).toBe('changed')
      const ended = { ...promotion, status: 'ended', version: 2 } as const
      await storage().transaction(at(0), ({ promotions }) => promotions.save({ promotion: ended, expectedVersion: 1 }))
      expect(await reason({ uses: [useOf(ended, 'CODE')] })).toBe('changed')
      expect(await uses(promotion)).toEqual([0, 0])
    })

    it('of a first order are refused to who has another one, by account or by address of mail', async () => {
      const first = { conditions: { minimumSubtotal: null, minimumQuantity: null, groups: null, firstOrder: true } }
      const promotion = await insertedPromotion(storage(), first, { CODE: null })
      const use = [useOf(promotion, 'CODE')]
      await redeemed(storage(), { uses: [], customerId: 'ada' })
      await redeemed(storage(), { uses: [], email: 'Bob@example.com' })
      expect(await reason({ uses: use, customerId: 'ada' })).toBe('first_order')
      expect(await reason({ uses: use, email: 'bob@EXAMPLE.com' })).toBe('first_order')
      expect(await reason({ uses: use, customerId: 'eve' })).toBe('redeemed')
      expect(await reason({ uses: use, email: 'eve@example.com' })).toBe('redeemed')
    })

    it('of several orders are given back under locks that are taken in one order', async () => {
      const promotions = [await insertedPromotion(storage(), {}, { CODE: null }), await insertedPromotion(storage(), {}, { OTHER: null })]
      const [first, second] = promotions.map((promotion, index) => useOf(promotion, ['CODE', 'OTHER'][index]))
      if (first === undefined || second === undefined) throw new Error('there are two')
      const other = await storage.another()
      const placed = async (use: PromotionUse) => (await redeemed(storage(), { uses: [use], customerId: 'ada' })).order.id
      const pairs = [
        [await placed(first), await placed(second)],
        [await placed(second), await placed(first)],
        [await placed(first), await placed(second)],
        [await placed(second), await placed(first)],
      ]
      const used = (tx: StorageTransaction) => Promise.all(promotions.map(async ({ id }) => (await tx.promotions.find({ promotionId: id }))?.used ?? 0))
      await Promise.all(
        pairs.map((orderIds, index) =>
          (index % 2 === 0 ? storage() : other).transaction(at(2), async (tx) => {
            await tx.promotions.lockUsed({ orderIds })
            const before = await used(tx)
            for (const orderId of orderIds) await tx.promotions.release({ orderId })
            expect((await used(tx)).map((uses) => uses + 1)).toEqual(before)
          }),
        ),
      )
      const after = await storage().snapshot(at(3), (tx) => Promise.all(promotions.map(({ id }) => tx.promotions.find({ promotionId: id }))), { fresh: true })
      expect(after.map((promotion) => promotion?.used)).toEqual([0, 0])
    })

    it('are handed over to another customer, each while there is room, and counted for them ever after', async () => {
      const promotion = await insertedPromotion(storage(), { limits: { total: null, perCustomer: 2 } }, { CODE: null })
      const uses = [useOf(promotion, 'CODE')]
      const use = async (redeeming: Omit<Redeeming, 'uses'>) => (await redeemed(storage(), { uses, ...redeeming })).order
      const ofAda = { customerId: 'ada' }
      const guest = { email: 'ada@example.com' }
      const handOver = (...orders: readonly Order[]) =>
        storage().transaction(at(2), (tx) => tx.promotions.handOver({ orderIds: orders.map(({ id }) => id), customerKey: 'customer:ada' }))
      const outcomes = async () => [await reason({ uses, ...ofAda }), await reason({ uses, ...guest })]
      const [first, second, over] = [await use(guest), await use(guest), await use({ email: 'eve@example.com' })]
      await release(second)
      await handOver(first, second)
      await handOver(first)
      expect(await reclaim(second)).toBe(true)
      expect(await outcomes()).toEqual(['used_up_by_customer', 'redeemed'])
      await handOver(over)
      expect(await reason({ uses, email: 'eve@example.com' })).toBe('redeemed')
      expect(await reason({ uses, email: 'eve@example.com' })).toBe('used_up_by_customer')
      await release(first)
      expect(await outcomes()).toEqual(['redeemed', 'redeemed'])
      expect(await outcomes()).toEqual(['used_up_by_customer', 'used_up_by_customer'])
      expect(await reclaim(first)).toBe(false)
    })

    it('are given back once, and counted again while there is room', async () => {
      const promotion = await insertedPromotion(storage(), { limits: { total: 1, perCustomer: 1 } }, { CODE: 1 })
      const redeeming = { uses: [useOf(promotion, 'CODE')], customerId: 'ada' }
      const { order } = await redeemed(storage(), redeeming)
      await release(order)
      await release(order)
      expect(await uses(promotion)).toEqual([0, 0])
      expect([await reclaim(order), await reclaim(order), await uses(promotion)]).toEqual([true, true, [1, 1]])
      await release(order)
      expect(await reason(redeeming)).toBe('redeemed')
      expect([await reclaim(order), await uses(promotion)]).toEqual([false, [1, 1]])
    })

    it('of several promotions are counted again together, or not at all', async () => {
      const roomy = await insertedPromotion(storage(), {}, { CODE: null })
      const narrow = await insertedPromotion(storage(), { automatic: true, limits: { total: 1, perCustomer: null } })
      const { order } = await redeemed(storage(), { uses: [useOf(narrow), useOf(roomy, 'CODE')], customerId: 'ada' })
      await release(order)
      await redeemed(storage(), { uses: [useOf(narrow)], customerId: 'bob' })
      expect([await reclaim(order), await uses(roomy)]).toEqual([false, [0, 0]])
    })

    it('are none of an order that has used nothing', async () => {
      const { order } = await redeemed(storage(), { uses: [] })
      await release(order)
      expect(await reclaim(order)).toBe(true)
    })
  })

  describe('uses at once', () => {
    const storage = testStorage(options)

    /** Half of them through another handle. */
    async function raced(count: number, redeeming: (index: number) => Redeeming): Promise<readonly string[]> {
      const other: Storage = await storage.another()
      const results = await Promise.all(Array.from({ length: count }, (_, index) => redeemed(index % 2 === 0 ? storage() : other, redeeming(index))))
      return refusals(results.map(({ result }) => result))
    }

    it('give a code that may be used once to one of 16', async () => {
      const promotion = await insertedPromotion(storage(), {}, { CODE: 1 })
      const answers = await raced(16, (index) => ({ uses: [useOf(promotion, 'CODE')], customerId: `buyer-${index}` }))
      expect(answers.toSorted()).toEqual(['redeemed', ...Array.from({ length: 15 }, () => 'used_up')])
      expect(await usesOf(storage(), promotion, 'CODE')).toEqual([1, 1])
    })

    it('give a customer what one customer may have, also at the first use', async () => {
      const promotion = await insertedPromotion(storage(), { limits: { total: null, perCustomer: 2 } }, { CODE: null })
      const answers = await raced(12, () => ({ uses: [useOf(promotion, 'CODE')], email: 'ada@example.com' }))
      expect(answers.filter((answer) => answer === 'redeemed')).toHaveLength(2)
      expect(answers.filter((answer) => answer === 'used_up_by_customer')).toHaveLength(10)
    })

    it('of the same promotions do not lock each other out, whatever their order', async () => {
      const [one, two] = [await insertedPromotion(storage(), {}, { CODE: null }), await insertedPromotion(storage(), {}, { OTHER: null })]
      const both = [useOf(one, 'CODE'), useOf(two, 'OTHER')]
      const answers = await raced(10, (index) => ({ uses: index % 2 === 0 ? both : [...both].reverse(), customerId: `buyer-${index}` }))
      expect(new Set(answers)).toEqual(new Set(['redeemed']))
      expect(await usesOf(storage(), one, 'CODE')).toEqual([10, 10])
    })
  })
}
