import { describe, expect, test } from 'vitest'
import { madeWithin, type Paging, pageOf, placesWithin } from './list-pages.ts'

const items = Array.from({ length: 12 }, (_, index) => ({ id: `e${index}`, created: 100 + Math.floor(index / 2) }))
const idsOf = ({ data }: { readonly data: readonly { readonly id: string }[] }) => data.map(({ id }) => id)

describe('pages', () => {
  test('walk a list from the newest on, every item once', () => {
    const seen: string[] = []
    let paging: Paging = { limit: 5 }
    for (let more = true; more; ) {
      const page = pageOf(items, paging, '/x')
      seen.push(...idsOf(page))
      paging = { limit: 5, starting_after: page.data.at(-1)?.id }
      more = page.has_more
    }
    expect(seen).toEqual(items.map(({ id }) => id).toReversed())
  })

  test('go back to what is newer, newest first', () => {
    expect(pageOf(items, { limit: 3, ending_before: 'e6' }, '/x')).toMatchObject({ data: [{ id: 'e9' }, { id: 'e8' }, { id: 'e7' }], has_more: true })
    expect(pageOf(items, { limit: 5, ending_before: 'e6' }, '/x')).toMatchObject({ has_more: false })
  })

  test('keep to a part, also with a cursor', () => {
    const part = { between: [2, 10], wanted: ({ id }: { id: string }) => id !== 'e5' } as const
    expect(idsOf(pageOf(items, { limit: 3, starting_after: 'e7' }, '/x', part))).toEqual(['e6', 'e4', 'e3'])
    expect(idsOf(pageOf(items, { limit: 3, ending_before: 'e4' }, '/x', part))).toEqual(['e8', 'e7', 'e6'])
    expect(pageOf(items, { limit: 7 }, '/x', part)).toMatchObject({ has_more: false })
  })

  test.each(['e1', 'e10', 'e5', 'none'])('know no %s outside of it', (id) => {
    const part = { between: [2, 10], wanted: (item: { id: string }) => item.id !== 'e5' } as const
    expect(() => pageOf(items, { starting_after: id }, '/x', part)).toThrow('There is no')
  })

  test('do not look at what they do not show', () => {
    const looked: string[] = []
    const wanted = ({ id }: { id: string }) => looked.push(id) > 0
    pageOf(items, { limit: 2, starting_after: 'e8' }, '/x', { wanted, placeOf: (id) => Number(id.slice(1)) })
    expect(looked).toEqual(['e8', 'e7', 'e6', 'e5'])
  })
})

test.each([undefined, 103, 99, 200, { gt: 102 }, { gte: 102 }, { lt: 102 }, { lte: 102 }, { gt: 101, lte: 104 }, { gte: 104, lt: 102 }])(
  'what was made within %o lies together',
  (created) => {
    expect(items.slice(...placesWithin(items, created))).toEqual(items.filter((item) => madeWithin(item.created, created)))
  },
)
