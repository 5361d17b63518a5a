import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { everything, type ListRequest, pageForward } from './stripe-pages.ts'

interface Item {
  readonly id: string
  readonly created: number
}

/** A list as Stripe keeps it: asked for by its newest end. */
function listOf(items: readonly Item[]): { readonly list: ListRequest<Item>; readonly requests: () => number } {
  let requests = 0
  const newest = items.toReversed()
  return {
    requests: () => requests,
    list: async ({ limit, created = {}, starting_after: after, ending_before: before }) => {
      requests += 1
      const { gte = 0, lte = Number.POSITIVE_INFINITY } = created
      const matching = newest.filter((item) => item.created >= gte && item.created <= lte)
      if (before !== undefined) {
        const end = matching.findIndex(({ id }) => id === before)
        return { data: matching.slice(Math.max(0, end - limit), end), has_more: end - limit > 0 }
      }
      const start = after === undefined ? 0 : matching.findIndex(({ id }) => id === after) + 1
      return { data: matching.slice(start, start + limit), has_more: start + limit < matching.length }
    },
  }
}

async function pagedThrough(list: ListRequest<Item>, limit: number, createdFrom?: Date): Promise<readonly string[]> {
  const seen: string[] = []
  for (let after: string | null | undefined; after !== null; ) {
    const page = await pageForward(list, { limit, ...(createdFrom === undefined ? {} : { createdFrom }), ...(after === undefined ? {} : { after }) })
    seen.push(...page.items.map(({ id }) => id))
    after = page.next
  }
  return seen
}

describe('a list from its oldest end', () => {
  it('gives everything once, oldest first, however it lies in time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 2_000_000_000 }), { maxLength: 420 }),
        fc.integer({ min: 1, max: 100 }),
        fc.option(fc.integer({ min: 0, max: 2_000_000_000 }), { nil: undefined }),
        fc.integer({ min: 1, max: 2_000_000_000 }),
        async (times, limit, from, grain) => {
          // A coarse grain puts many into one second.
          const items = times
            .map((time) => Math.floor(time / grain) * grain)
            .sort((a, b) => a - b)
            .map((created, index) => ({ id: `${index}`, created }))
          const expected = items.filter(({ created }) => from === undefined || created >= from).map(({ id }) => id)
          expect(await pagedThrough(listOf(items).list, limit, from === undefined ? undefined : new Date(from * 1000))).toEqual(expected)
        },
      ),
      { seed: 17, numRuns: 60 },
    )
  })

  it('finds the oldest of many by halving, not by turning every page', async () => {
    const items = Array.from({ length: 20_000 }, (_, index) => ({ id: `${index}`, created: 1_700_000_000 + index * 60 }))
    const { list, requests } = listOf(items)
    const page = await pageForward(list, { limit: 10 })
    expect(page).toEqual({ items: items.slice(0, 10), next: '9' })
    expect(requests()).toBeLessThan(40)
  })

  it('is read to its end page after page, newest first', async () => {
    const items = Array.from({ length: 250 }, (_, index) => ({ id: `${index}`, created: index }))
    const seen: string[] = []
    for await (const { id } of everything(listOf(items).list)) seen.push(id)
    expect(seen).toEqual(items.map(({ id }) => id).toReversed())
  })
})
