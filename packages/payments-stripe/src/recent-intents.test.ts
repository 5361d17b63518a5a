import type { PaymentId } from '@cartwright/core/ports'
import { describe, expect, test } from 'vitest'
import { metadataKeys } from './metadata.ts'
import { RecentIntents } from './recent-intents.ts'
import type { StripeIntent } from './stripe-objects.ts'
import type { ListParams } from './stripe-pages.ts'

const minute = 60_000

/** A list as Stripe keeps it: newest first, in pages. */
function listOf() {
  const all: StripeIntent[] = []
  const asked: ListParams[] = []
  return {
    asked,
    make: (id: string, createdMs: number, paymentId: string) =>
      all.unshift({ id, created: createdMs / 1000, metadata: { [metadataKeys.payment]: paymentId } } as unknown as StripeIntent),
    list: async (page: ListParams) => {
      asked.push(page)
      const { gte = 0, lte = Number.POSITIVE_INFINITY } = page.created ?? {}
      const since = all.filter(({ created }) => created >= gte && created <= lte)
      const from = page.starting_after === undefined ? 0 : since.findIndex(({ id }) => id === page.starting_after) + 1
      return { data: since.slice(from, from + page.limit), has_more: since.length > from + page.limit }
    },
  }
}

const payment = (id: string) => id as PaymentId

describe('young PaymentIntents', () => {
  test('are read once; later looks read what is newer only', async () => {
    const stripe = listOf()
    for (let index = 0; index < 250; index += 1) stripe.make(`pi_${index}`, index * 1_000, `payment-${index}`)
    const recent = new RecentIntents(30 * minute)
    expect(await recent.idsOf(payment('payment-7'), 0, stripe.list)).toEqual(['pi_7'])
    expect(stripe.asked).toHaveLength(3)
    stripe.make('pi_new', 300_000, 'payment-7')
    expect(await recent.idsOf(payment('payment-7'), 0, stripe.list)).toEqual(['pi_7', 'pi_new'])
    expect(await recent.idsOf(payment('payment-of-nobody'), 0, stripe.list)).toEqual([])
    expect(stripe.asked).toHaveLength(5)
    expect(stripe.asked.at(-1)?.created).toEqual({ gte: 240 })
  })

  test('made a little earlier than the newest, but listed later, are found', async () => {
    const stripe = listOf()
    stripe.make('pi_1', 100_000, 'payment-1')
    const recent = new RecentIntents(30 * minute)
    await recent.idsOf(payment('payment-1'), 0, stripe.list)
    stripe.make('pi_2', 99_000, 'payment-2')
    expect(await recent.idsOf(payment('payment-2'), 0, stripe.list)).toEqual(['pi_2'])
  })

  test('are read from further back for a look that asks for that', async () => {
    const stripe = listOf()
    stripe.make('pi_old', 10_000, 'payment-old')
    stripe.make('pi_new', 500_000, 'payment-new')
    const recent = new RecentIntents(30 * minute)
    expect(await recent.idsOf(payment('payment-old'), 400_000, stripe.list)).toEqual([])
    expect(await recent.idsOf(payment('payment-old'), 0, stripe.list)).toEqual(['pi_old'])
    expect(await recent.idsOf(payment('payment-old'), 400_000, stripe.list)).toEqual([])
  })

  test('are not believed to be known where a look left a gap', async () => {
    const stripe = listOf()
    stripe.make('pi_1', 0, 'payment-1')
    const recent = new RecentIntents(30 * minute)
    await recent.idsOf(payment('payment-1'), 0, stripe.list)
    stripe.make('pi_2', 10 * minute, 'payment-2')
    expect(await recent.idsOf(payment('payment-1'), 15 * minute, stripe.list)).toEqual([])
    expect(await recent.idsOf(payment('payment-2'), 5 * minute, stripe.list)).toEqual(['pi_2'])
  })

  test('looks that come together share readings, each as fresh as its call', async () => {
    const stripe = listOf()
    stripe.make('pi_1', 1_000, 'payment-1')
    const recent = new RecentIntents(30 * minute)
    const first = recent.idsOf(payment('payment-2'), 0, stripe.list)
    await Promise.resolve()
    stripe.make('pi_2', 2_000, 'payment-2')
    const rest = await Promise.all(Array.from({ length: 9 }, () => recent.idsOf(payment('payment-2'), 0, stripe.list)))
    await first
    expect(rest).toEqual(Array.from({ length: 9 }, () => ['pi_2']))
    expect(stripe.asked.length).toBeLessThanOrEqual(2)
  })

  test('a reading that fails leaves no gap', async () => {
    const stripe = listOf()
    for (let index = 0; index < 150; index += 1) stripe.make(`pi_${index}`, index * 1_000, `payment-${index}`)
    const recent = new RecentIntents(30 * minute)
    let page = 0
    const failing = async (params: ListParams) => {
      page += 1
      if (page === 2) throw new Error('reset')
      return stripe.list(params)
    }
    await expect(recent.idsOf(payment('payment-3'), 0, failing)).rejects.toThrow('reset')
    stripe.make('pi_150', 150_000, 'payment-3')
    expect(await recent.idsOf(payment('payment-3'), 0, stripe.list)).toEqual(['pi_3', 'pi_150'])
  })

  test('are read to the end by looks of which each is cut off after two pages, while more are made', async () => {
    const stripe = listOf()
    for (let index = 0; index < 1_000; index += 1) stripe.make(`pi_${index}`, index * 1_000, `payment-${index}`)
    const recent = new RecentIntents(30 * minute)
    const attempt = (): Promise<readonly string[]> => {
      let pages = 0
      return recent.idsOf(payment('payment-3'), 0, async (params) => {
        pages += 1
        if (pages > 2) throw new Error('too late')
        return stripe.list(params)
      })
    }
    let found: readonly string[] | undefined
    let looks = 0
    for (; looks < 20 && found === undefined; looks += 1) {
      stripe.make(`pi_late_${looks}`, (1_000 + looks) * 1_000, 'payment-3')
      found = await attempt().catch(() => undefined)
    }
    expect(found?.toSorted()).toEqual(['pi_3', ...Array.from({ length: looks }, (_, index) => `pi_late_${index}`)].toSorted())
    expect(looks).toBeLessThan(20)
  })

  test('further back are read without what is known already', async () => {
    const stripe = listOf()
    for (let index = 0; index < 400; index += 1) stripe.make(`pi_${index}`, index * 10_000, `payment-${index}`)
    const recent = new RecentIntents(120 * minute)
    await recent.idsOf(payment('payment-1'), 1_000_000, stripe.list)
    const before = stripe.asked.length
    expect(await recent.idsOf(payment('payment-1'), 0, stripe.list)).toEqual(['pi_1'])
    expect(stripe.asked.slice(before).map(({ created }) => created)).toEqual([{ gte: 3_930 }, { gte: 0, lte: 1_000 }, { gte: 0, lte: 1_000 }])
  })

  test('what is too old to be asked for is forgotten, and read again if it is', async () => {
    const stripe = listOf()
    stripe.make('pi_old', 0, 'payment-old')
    const recent = new RecentIntents(30 * minute)
    await recent.idsOf(payment('payment-old'), 0, stripe.list)
    stripe.make('pi_new', 40 * minute, 'payment-new')
    await recent.idsOf(payment('payment-new'), 20 * minute, stripe.list)
    const before = stripe.asked.length
    expect(await recent.idsOf(payment('payment-old'), 0, stripe.list)).toEqual(['pi_old'])
    expect(stripe.asked.slice(before).map(({ created }) => created)).toEqual([{ gte: 2_340 }, { gte: 0, lte: 1_200 }])
  })
})
