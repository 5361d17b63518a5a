import { describe, expect, it } from 'vitest'
import type { CartId } from '../ids.ts'
import type { Cart, CartLine } from './cart.ts'
import { type MergeStrategy, mergeCarts } from './merge-rules.ts'

const now = new Date('2026-03-01T12:00:00Z')
const earlier = new Date('2026-03-01T11:00:00Z')
const latest = new Date('2026-03-01T11:30:00Z')
const rules = { limits: { maxLines: 3, maxQuantity: 10 }, cartTtlMs: 1_000 }

const line = (sku: string, quantity: number, seenUnitMinor: number | null = 5): CartLine => ({ sku, quantity, seenUnitMinor })

function cart(lines: readonly CartLine[], overrides: Partial<Cart> = {}): Cart {
  const times = { expiresAt: now, createdAt: earlier, updatedAt: earlier }
  return { id: 'c' as CartId, customerId: null, guestTokenHash: 'h', currency: 'USD', status: 'active', version: 4, lines, ...times, ...overrides }
}

const merge = (target: Cart, source: Cart, strategy: MergeStrategy) => mergeCarts(target, source, strategy, now, rules)
const units = ({ lines }: Cart) => Object.fromEntries(lines.map(({ sku, quantity }) => [sku, quantity]))

describe('merging', () => {
  it('sums units, and takes over what only the guest had', () => {
    const { target, source, problems } = merge(cart([line('A', 2), line('B', 1)]), cart([line('B', 3), line('C', 4)]), 'sum')
    expect(units(target)).toEqual({ A: 2, B: 4, C: 4 })
    expect(target).toMatchObject({ version: 5, updatedAt: now, expiresAt: new Date(now.getTime() + 1_000) })
    expect(source).toMatchObject({ version: 5, status: 'expired', lines: [], updatedAt: now })
    expect(problems).toEqual([])
  })

  it('takes the line of the cart that was changed last', () => {
    const [older, newer] = [cart([line('A', 2), line('B', 1)]), cart([line('A', 7), line('C', 1)], { updatedAt: latest })]
    expect(units(merge(older, newer, 'keep_newer').target)).toEqual({ A: 7, B: 1, C: 1 })
    expect(units(merge(newer, older, 'keep_newer').target)).toEqual({ A: 7, B: 1, C: 1 })
  })

  it('puts the guest’s lines in place of the others, if there are any', () => {
    expect(units(merge(cart([line('A', 2)]), cart([line('B', 3)]), 'replace').target)).toEqual({ B: 3 })
    const own = cart([line('A', 2)])
    expect(merge(own, cart([]), 'replace').target).toBe(own)
  })

  it('keeps to the limits, and names what did not fit', () => {
    const { target, problems } = merge(cart([line('A', 8), line('B', 1)]), cart([line('A', 5), line('C', 1), line('D', 2)]), 'sum')
    expect(units(target)).toEqual({ A: 10, B: 1, C: 1 })
    expect(problems).toEqual([
      { type: 'quantity_limited', sku: 'A', wanted: 13, kept: 10 },
      { type: 'line_left_out', sku: 'D', quantity: 2 },
    ])
  })

  it('forgets prices that were seen in another currency', () => {
    const { target } = merge(cart([line('A', 1, null)]), cart([line('A', 1, 9), line('B', 1, 9)], { currency: 'EUR' }), 'sum')
    expect(target.lines.map(({ seenUnitMinor }) => seenUnitMinor)).toEqual([null, null])
    expect(target.currency).toBe('USD')
  })
})
