import { describe, expect, it } from 'vitest'
import { chargeable, fromStripe, toStripe } from './amounts.ts'
import { minimumUnits, presentmentCurrencies, unitsOf } from './currencies.ts'

describe('amounts', () => {
  it.each([
    ['USD', 1999, 1999],
    ['JPY', 500, 500],
    ['ISK', 500, 50_000],
    ['UGX', 3, 300],
    ['MGA', 1200, 12],
    ['KWD', 5120, 5120],
    ['HUF', 17_501, 17_501],
  ])('are the same money both ways: %s', (currency, amountMinor, units) => {
    expect(toStripe({ amountMinor, currency })).toEqual({ exact: true, units })
    expect(fromStripe(units, currency.toLowerCase())).toEqual({ amountMinor, currency })
  })

  it.each([
    ['MGA', 1250, /whole units/],
    ['KWD', 5124, /last digit/],
    ['TND', 1, /last digit/],
    ['UGX', Number.MAX_SAFE_INTEGER, /whole units/],
    ['USD', 0.5, /whole units/],
  ])('that Stripe cannot say exactly are refused: %s %d', (currency, amountMinor, reason) => {
    expect(toStripe({ amountMinor, currency })).toEqual({ exact: false, reason: expect.stringMatching(reason) })
  })

  it('of Stripe that ISO cannot say are an error, not rounded', () => {
    expect(() => fromStripe(250, 'isk')).toThrow(expect.objectContaining({ code: 'AMOUNT_OVERFLOW' }))
  })

  it('survive both ways in every currency that Stripe charges in', () => {
    for (const currency of presentmentCurrencies) {
      const amountMinor = 120 * (unitsOf[currency]?.minorPerUnit ?? 1)
      const there = toStripe({ amountMinor, currency })
      expect(there.exact && fromStripe(there.units, currency.toLowerCase())).toEqual({ amountMinor, currency })
    }
  })
})

describe('chargeable', () => {
  const ask = (amountMinor: number, currency: string, minimumMinor = {}) => chargeable({ amountMinor, currency }, minimumMinor)
  const refused = (reason: RegExp) => ({ chargeable: false, reason: expect.stringMatching(reason) })

  it.each(Object.entries(minimumUnits))('begins at the published minimum of %s', (currency, units) => {
    const { amountMinor } = fromStripe(units, currency.toLowerCase())
    expect(ask(amountMinor, currency)).toEqual({ chargeable: true })
    expect(ask(amountMinor - 1, currency)).toEqual(refused(/least/))
  })

  it('ends at eight digits of Stripe, not of ISO', () => {
    expect(ask(99_999_999, 'USD')).toEqual({ chargeable: true })
    expect(ask(100_000_000, 'USD')).toEqual(refused(/more than 8 digits/))
    expect(ask(999_999, 'ISK')).toEqual({ chargeable: true })
    expect(ask(1_000_000, 'ISK')).toEqual(refused(/more than 8 digits/))
    expect(ask(9_999_999_900, 'MGA')).toEqual({ chargeable: true })
    expect(ask(10_000_000_000, 'MGA')).toEqual(refused(/more than 8 digits/))
    expect(ask(99_999_990, 'KWD')).toEqual({ chargeable: true })
  })

  it.each([
    ['IDR', 999_999_999_999],
    ['INR', 999_999_999],
    ['COP', 9_999_999_999],
    ['HUF', 9_999_999_999],
    ['JPY', 9_999_999_999],
    ['LBP', 99_999_999_999],
  ])('ends later in %s, at %i', (currency, most) => {
    expect(ask(most, currency)).toEqual({ chargeable: true })
    expect(ask(most + 1, currency)).toEqual(refused(new RegExp(`more than ${String(most).length} digits`)))
  })

  it('names what is wrong', () => {
    expect(ask(1000, 'XAU')).toEqual(refused(/does not charge in XAU/))
    expect(ask(1001, 'KWD')).toEqual(refused(/must be 0/))
    expect(ask(150, 'MGA')).toEqual(refused(/whole units/))
    expect(ask(0, 'UGX')).toEqual(refused(/least/))
    expect(ask(-100, 'USD')).toEqual(refused(/least/))
  })

  it('takes the minimum of the host, and its word for a currency that is not listed', () => {
    expect(ask(50, 'USD', { USD: 100 })).toEqual(refused(/less than 100/))
    expect(ask(100, 'USD', { USD: 100 })).toEqual({ chargeable: true })
    expect(ask(100, 'XAU', { XAU: 100 })).toEqual({ chargeable: true })
    expect(ask(0, 'XAU', { XAU: 0 })).toEqual(refused(/less than 1 /))
  })
})
