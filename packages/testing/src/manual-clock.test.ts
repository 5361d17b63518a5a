import { describe, expect, it } from 'vitest'
import { manualClock, seededIds } from './manual-clock.ts'
import { seededRandom } from './seeded-random.ts'

const noon = new Date('2026-03-01T12:00:00.000Z')

describe('a manual clock', () => {
  it('stands still until it is moved', () => {
    const clock = manualClock(noon)
    expect([clock.now(), clock.now()]).toEqual(Array(2).fill({ source: 'value', at: noon }))
    clock.advance(1500)
    expect(clock.date()).toEqual(new Date('2026-03-01T12:00:01.500Z'))
    clock.set(noon)
    expect(clock.date()).toEqual(noon)
  })

  it('advances forward only', () => {
    expect(() => manualClock(noon).advance(-1)).toThrow(RangeError)
    expect(() => manualClock(noon).advance(Number.NaN)).toThrow(RangeError)
  })

  it('is not moved by a change to a date it gave out', () => {
    const clock = manualClock(noon)
    clock.date().setFullYear(1999)
    expect(clock.date()).toEqual(noon)
  })
})

describe('seeded randomness', () => {
  const draw = (seed: number) => [...seededRandom(seed).bytes(64)]

  it('repeats itself for one seed and differs for another', () => {
    expect(draw(42)).toEqual(draw(42))
    expect(draw(42)).not.toEqual(draw(43))
  })

  it('draws every integer of a range, ends included, about equally often', () => {
    const random = seededRandom(1)
    const counts = new Map<number, number>()
    for (let draws = 0; draws < 6000; draws++) {
      const value = random.integer(1, 6)
      counts.set(value, (counts.get(value) ?? 0) + 1)
    }
    expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6])
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })

  it('makes the same ids from the same seed and clock, each greater than the one before', () => {
    const make = () => {
      const ids = seededIds(seededRandom(5), manualClock(noon))
      return Array.from({ length: 50 }, () => ids.next<string>())
    }
    expect(make()).toEqual(make())
    expect(make()).toEqual([...make()].sort())
  })
})
