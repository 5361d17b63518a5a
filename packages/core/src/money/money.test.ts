import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seed } from '../../test/property-seed.ts'
import { checkedMinor, formatDecimal, minorDigits, money, multiplyMinor, parseDecimal, partsMinor, splitMinor, sumMinor } from './money.ts'

describe('exact amounts', () => {
  test('refuse to leave the exact range', () => {
    const max = Number.MAX_SAFE_INTEGER
    expect(money(max, 'USD')).toEqual({ amountMinor: max, currency: 'USD' })
    for (const amount of [max + 1, 0.1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => checkedMinor(amount)).toThrow(expect.objectContaining({ code: 'AMOUNT_OVERFLOW' }))
    expect(() => sumMinor([max, 1])).toThrow(expect.objectContaining({ code: 'AMOUNT_OVERFLOW' }))
    expect(() => multiplyMinor(max, 2)).toThrow(expect.objectContaining({ code: 'AMOUNT_OVERFLOW' }))
    expect(sumMinor([100, -30, 5])).toBe(75)
  })
})

describe('split by largest remainder', () => {
  test('gives the odd cents to the largest remainders, earlier parts first', () => {
    expect(splitMinor(100, [1, 1, 1])).toEqual([34, 33, 33])
    expect(splitMinor(5, [3, 7])).toEqual([2, 3])
    expect(splitMinor(101, [50, 30, 20])).toEqual([51, 30, 20])
    expect(splitMinor(7, [0, 0])).toEqual([4, 3])
    expect(splitMinor(7, [])).toEqual([])
  })

  test(`parts add up exactly, and none is off its share by one unit or more (seed ${seed})`, () => {
    const amounts = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
    const weights = fc.array(fc.integer({ min: 0, max: 1_000_000_000 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(amounts, weights, (amount, shares) => {
        const parts = splitMinor(amount, shares)
        expect(parts.reduce((sum, part) => sum + BigInt(part), 0n)).toBe(BigInt(amount))
        const total = shares.reduce((sum, share) => sum + BigInt(share), 0n)
        if (total === 0n) return
        for (const [index, part] of parts.entries()) {
          const off = BigInt(part) * total - BigInt(amount) * BigInt(shares[index] ?? 0)
          expect(off > -total && off < total).toBe(true)
        }
      }),
      { seed },
    )
  })
})

describe('decimals', () => {
  test('are read exactly, by the digits of their currency', () => {
    expect(parseDecimal('19.99', 'USD')).toBe(1999)
    expect(parseDecimal(' 7 ', 'USD')).toBe(700)
    expect(parseDecimal('1.5', 'KWD')).toBe(1500)
    expect(parseDecimal('1200', 'JPY')).toBe(1200)
    expect(parseDecimal('1200.00', 'JPY')).toBe(1200)
    expect(parseDecimal('0.1000000', 'EUR')).toBe(10)
    expect(minorDigits('CLF')).toBe(4)
  })

  test('that are none, too fine or too large are refused', () => {
    for (const text of ['', '-1', '1,5', '1e3', 'NaN', '.5', '0x10', '12.345', '999999999999999.99']) expect(parseDecimal(text, 'USD')).toBeUndefined()
    expect(parseDecimal('12.5', 'JPY')).toBeUndefined()
  })

  test(`come back as they went (seed ${seed})`, () => {
    expect(formatDecimal({ amountMinor: 5, currency: 'USD' })).toBe('0.05')
    expect(formatDecimal({ amountMinor: -1234, currency: 'USD' })).toBe('-12.34')
    expect(formatDecimal({ amountMinor: 1200, currency: 'JPY' })).toBe('1200')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999_999_999 }), fc.constantFrom('USD', 'JPY', 'KWD', 'CLF'), (amountMinor, currency) => {
        expect(parseDecimal(formatDecimal({ amountMinor, currency }), currency)).toBe(amountMinor)
      }),
      { seed },
    )
  })
})

test(`parts of an amount, taken one after the other, are those of its even split (seed ${seed})`, () => {
  const split = fc.record({ amountMinor: fc.nat(1_000_000), parts: fc.integer({ min: 1, max: 50 }) })
  fc.assert(
    fc.property(split, fc.nat(), fc.nat(), ({ amountMinor, parts }, a, b) => {
      const [from, to] = [a % (parts + 1), b % (parts + 1)].sort((left, right) => left - right) as [number, number]
      const even = splitMinor(amountMinor, new Array<number>(parts).fill(1))
      expect(partsMinor(amountMinor, parts, { from, to })).toBe(sumMinor(even.slice(from, to)))
    }),
    { seed, numRuns: 200 },
  )
})
