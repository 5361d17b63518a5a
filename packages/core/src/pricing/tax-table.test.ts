import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seed } from '../../test/property-seed.ts'
import type { TaxRequest } from './tax-calculator.ts'
import { type TaxedPlace, type TaxTable, taxTable } from './tax-table.ts'

const address = { name: 'Ada', line1: '1 Main St', city: 'Somewhere', postalCode: '10001', country: 'XX' }

function aRequest(amounts: readonly (number | readonly [number, string])[], overrides: Partial<TaxRequest> = {}): TaxRequest {
  const lines = amounts.map((amount, position) => {
    const [amountMinor, taxCategory] = typeof amount === 'number' ? [amount, 'standard'] : amount
    return { sku: `SKU-${position}`, quantity: 1, amountMinor, taxCategory }
  })
  return { currency: 'USD', shippingAddress: address, lines, shippingMinor: 0, ...overrides }
}

/** One place, that of the address. */
const only = (place: Omit<TaxedPlace, 'countries'>, rules: Omit<TaxTable, 'places'> = {}) => taxTable({ ...rules, places: [{ countries: ['XX'], ...place }] })
const vat = (rate: string) => [{ name: 'VAT', rate }]

describe('published examples', () => {
  test('Revenu Québec, “Calculating the Taxes” (revenuquebec.ca/en/entreprise/taxes/tvq_tps/calcul-taxes.aspx): a good of $100 comes to $114.98', async () => {
    const taxes = [
      { name: 'GST', rate: '5' },
      { name: 'QST', rate: '9.975' },
    ]
    const result = await only({ taxes }).calculate(aRequest([100_00]))
    expect(result).toMatchObject({
      lines: [14_98],
      taxes: [
        { name: 'GST', amountMinor: 5_00 },
        { name: 'QST', rate: '9.975', taxableMinor: 100_00, amountMinor: 9_98 },
      ],
    })
  })

  test('Revenu Québec, “General information” of 2008 (webarchiveweb.wayback.bac-lac.canada.ca/web/20080209162021/…/taxes/tvq_tps/info.asp), with QST due on the GST: $112.88', async () => {
    const taxes = [
      { name: 'GST', rate: '5' },
      { name: 'QST', rate: '7.5', compound: true },
    ]
    const result = await only({ taxes }).calculate(aRequest([100_00]))
    expect(result).toMatchObject({ lines: [12_88], taxes: [{ amountMinor: 5_00 }, { amountMinor: 7_88 }] })
  })

  test('HMRC, “Calculating VAT for VAT-inclusive and VAT-exclusive prices” (hmrc.gov.uk/vat/forms-rates/rates/calculating.htm): £100 and 20%, £100 and 5%', async () => {
    const table = only({ taxes: [{ name: 'VAT', rate: '20', categories: { reduced: '5' } }] })
    expect((await table.calculate(aRequest([100_00, [100_00, 'reduced']]))).lines).toEqual([20_00, 5_00])
  })

  test.each([
    { source: 'accountingservicesforbusiness.co.uk, “VAT rates and fractions”: £115 × 3/23', rate: '15', grossMinor: 115_00, taxMinor: 15_00 },
    { source: 'accountingservicesforbusiness.co.uk: £117.50 × 7/47', rate: '17.5', grossMinor: 117_50, taxMinor: 17_50 },
    { source: 'accountingservicesforbusiness.co.uk: £120 × 1/6', rate: '20', grossMinor: 120_00, taxMinor: 20_00 },
    { source: 'itsrelative.co.uk/headlines/2014-06-11-vat-fraction: £80 × 1/21', rate: '5', grossMinor: 80_00, taxMinor: 3_81 },
    { source: 'vatark.co.uk/vat/howto/whats-the-new-vat-fraction: £24 × 7/47', rate: '17.5', grossMinor: 24_00, taxMinor: 3_57 },
  ])('the VAT in a price, $source', async ({ rate, grossMinor, taxMinor }) => {
    const { lines, included, taxes } = await only({ taxes: vat(rate), pricesInclude: 'tax' }).calculate(aRequest([grossMinor]))
    expect(lines).toEqual([0])
    expect(included?.lines).toEqual([taxMinor])
    expect(taxes).toEqual([{ name: 'VAT', rate, taxableMinor: grossMinor - taxMinor, amountMinor: taxMinor, included: true }])
  })

  test('Zuora, “Rounding rule for inclusive tax mode”: in $2.99 with 4% there are exactly 11.5 cents, 12 or 11 of them by how halves are rounded', async () => {
    const taxIn = async (halves: 'up' | 'down') => (await only({ taxes: vat('4'), pricesInclude: 'tax', halves }).calculate(aRequest([2_99]))).included?.lines
    expect([await taxIn('up'), await taxIn('down')]).toEqual([[12], [11]])
  })

  test('Thomson Reuters, ONESOURCE “Allocated charges”: of $10 for freight, $9 are taxed at 7% when $180 of $200 of goods are', async () => {
    const taxes = [{ name: 'Sales tax', rate: '7' }]
    const result = await only({ taxes, shipping: 'as_lines' }).calculate(aRequest([180_00, [20_00, 'exempt']], { shippingMinor: 10_00 }))
    expect(result).toMatchObject({ lines: [12_60, 0], shippingMinor: 63, taxes: [{ taxableMinor: 189_00, amountMinor: 13_23 }] })
  })
})

describe('published rules of rounding', () => {
  // A New Tax System (Goods and Services Tax) Act 1999 (Australia), s 9-90 (2): (a) add up, then round; (b) round each.
  const gst = [{ name: 'GST', rate: '10' }]
  test('Australia, GST Act s 9-90: 10.4 and 10.5 cents are 10 and 11 by the line, and 20.9 → 21 on the whole invoice', async () => {
    const goods = aRequest([1_04, 1_05])
    expect((await only({ taxes: gst }).calculate(goods)).lines).toEqual([10, 11])
    expect(await only({ taxes: gst, rounding: 'per_order' }).calculate(goods)).toMatchObject({ lines: [10, 11], taxes: [{ amountMinor: 21 }] })
    const small = aRequest([1_04, 1_04, 1_04])
    expect((await only({ taxes: gst }).calculate(small)).lines).toEqual([10, 10, 10])
    expect((await only({ taxes: gst, rounding: 'per_order' }).calculate(small)).lines).toEqual([11, 10, 10])
  })

  // Canada Revenue Agency, “Charge my customers GST/HST”, Rounding off fractional amounts (cra-arc.gc.ca/tx/bsnss/tpcs/gst-tps/gnrl/stps/cllct-eng.html).
  test('Canada: half a cent or more goes up, less goes down, and items of one rate may be added up first', async () => {
    const hst = only({ taxes: [{ name: 'HST', rate: '13' }], rounding: 'per_order' })
    expect((await hst.calculate(aRequest([50]))).lines).toEqual([7])
    expect((await hst.calculate(aRequest([34]))).lines).toEqual([4])
    expect((await hst.calculate(aRequest([34, 34, 34]))).taxes).toMatchObject([{ taxableMinor: 102, amountMinor: 13 }])
  })

  // Streamlined Sales and Use Tax Agreement, s 324 (e.g. R.I. Gen. Laws § 44-18.1-25): to the third decimal, up above four; may be applied to state and local taxes together.
  test('United States, SSUTA s 324: state and local taxes are rounded together where a seller so elects', async () => {
    const taxes = [
      { name: 'State', rate: '4' },
      { name: 'County', rate: '4.375' },
    ]
    const each = await only({ taxes }).calculate(aRequest([10]))
    const together = await only({ taxes, taxesRounded: 'together' }).calculate(aRequest([10]))
    expect([each.lines, together.lines]).toEqual([[0], [1]])
    expect(together.taxes?.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(1)
  })

  // Tax Administration Act 1994 (New Zealand), s 19O: a fraction of half a cent or less may be disregarded.
  test('New Zealand, s 19O: half a cent may be left out', async () => {
    const taxed = async (halves: 'up' | 'down' | 'even', amountMinor: number) =>
      (await only({ taxes: vat('15'), halves }).calculate(aRequest([amountMinor]))).lines[0]
    expect([await taxed('down', 10), await taxed('up', 10), await taxed('even', 10), await taxed('even', 30), await taxed('down', 11)]).toEqual([1, 2, 2, 4, 2])
  })
})

describe('places', () => {
  const table = taxTable({
    places: [
      { countries: ['US'], taxes: [] },
      { countries: ['US'], regions: ['NY', 'New York'], taxes: [{ name: 'State', rate: '4' }] },
      {
        countries: ['US'],
        regions: ['NY', 'New York'],
        postalPrefixes: ['100', '101'],
        taxes: [
          { name: 'State', rate: '4' },
          { name: 'City', rate: '4.5' },
        ],
      },
      { countries: ['US'], postalPrefixes: ['10001'], taxes: [{ name: 'Block', rate: '1' }] },
      { countries: ['DE', 'FR'], taxes: vat('20'), pricesInclude: 'tax', taxIdExempts: true },
    ],
    exemptGroups: ['resellers'],
  })
  const taxNames = async (where: object, customer: TaxRequest['customer'] = undefined) => {
    const request = aRequest([100_00], { shippingAddress: { ...address, ...where }, ...(customer === undefined ? {} : { customer }) })
    return (await table.calculate(request)).taxes?.map(({ name }) => name)
  }

  test('the most specific counts, and it alone; somewhere else there is no tax', async () => {
    expect(await taxNames({ country: 'US', region: 'NY', postalCode: '10001' })).toEqual(['Block'])
    expect(await taxNames({ country: 'US', region: ' new york', postalCode: '10002' })).toEqual(['State', 'City'])
    expect(await taxNames({ country: 'US', region: 'NY', postalCode: '12345' })).toEqual(['State'])
    expect(await taxNames({ country: 'US', region: 'OR', postalCode: '97201' })).toEqual([])
    expect(await taxNames({ country: 'CH' })).toEqual([])
  })

  test('exempt are groups, buyers with an exemption, and those with a tax number where that exempts', async () => {
    const buyer = { customerId: 'c', groups: [], taxId: null, exemption: null }
    const newYork = { country: 'US', region: 'NY', postalCode: '12345' }
    expect(await taxNames(newYork, buyer)).toEqual(['State'])
    expect(await taxNames(newYork, { ...buyer, groups: ['resellers'] })).toEqual([])
    expect(await taxNames(newYork, { ...buyer, exemption: 'certificate 12' })).toEqual([])
    expect(await taxNames(newYork, { ...buyer, taxId: 'XX1' })).toEqual(['State'])
    expect(await taxNames({ country: 'DE' }, { ...buyer, taxId: 'FR1' })).toEqual([])
    expect(await taxNames({ country: 'DE' }, buyer)).toEqual(['VAT'])
  })

  test('zero-rated goods are shown at nothing, exempt ones not at all, and others at their rate', async () => {
    const table = only({ taxes: [{ name: 'VAT', rate: '20', categories: { books: '0', insurance: 'exempt' } }] })
    const { lines, taxes } = await table.calculate(
      aRequest([
        [1_00, 'books'],
        [1_00, 'zero'],
        [1_00, 'insurance'],
        [1_00, 'exempt'],
        [1_00, 'toys'],
      ]),
    )
    expect(lines).toEqual([0, 0, 0, 0, 20])
    expect(taxes?.map(({ rate, taxableMinor }) => [rate, taxableMinor])).toEqual([
      ['0', 2_00],
      ['20', 1_00],
    ])
  })

  test.each([
    ['a rate that is a number', { places: [{ countries: ['GB'], taxes: [{ name: 'VAT', rate: 20 }] }] }],
    ['too many decimals', { places: [{ countries: ['GB'], taxes: vat('1.1234567') }] }],
    ['more than all', { places: [{ countries: ['GB'], taxes: vat('100.1') }] }],
    ['a region without a country', { places: [{ regions: ['NY'], taxes: vat('1') }] }],
    ['a country in small letters', { places: [{ countries: ['gb'], taxes: vat('1') }] }],
  ])('refuses %s', (_what, table) => {
    expect(() => taxTable(table as never)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
  })
})

test('whatever the rates: whole amounts from 0 up, taxes sum to what lines and shipping bear, and no price has more tax in it than it is', async () => {
  const rate = fc
    .integer({ min: 0, max: 100_000_000 })
    .map((millionths) => `${Math.floor(millionths / 1_000_000)}.${String(millionths % 1_000_000).padStart(6, '0')}`)
  const taxes = fc.array(
    fc.record({ name: fc.constantFrom('A', 'B', 'C'), rate, compound: fc.boolean(), categories: fc.dictionary(fc.constantFrom('low', 'none'), rate) }),
    { maxLength: 4 },
  )
  const rules = fc.record({
    pricesInclude: fc.constantFrom('none', 'tax'),
    rounding: fc.constantFrom('per_line', 'per_order'),
    halves: fc.constantFrom('up', 'down', 'even'),
    taxesRounded: fc.constantFrom('each', 'together'),
    shipping: fc.constantFrom('as_lines', { category: 'standard' }, { category: 'low' }),
  })
  const amount = fc.oneof(fc.nat(5), fc.nat(100_000), fc.nat(2 ** 40))
  const lines = fc.array(fc.tuple(amount, fc.constantFrom('standard', 'low', 'none', 'exempt')), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(taxes, rules, lines, amount, async (due, how, goods, shippingMinor) => {
      const result = await only({ taxes: due, ...(how as object) }).calculate(aRequest(goods, { shippingMinor }))
      const [added, included] = [result, result.included ?? { lines: goods.map(() => 0), shippingMinor: 0 }]
      for (const part of [added, included])
        for (const minor of [...part.lines, part.shippingMinor]) expect(Number.isSafeInteger(minor) && minor >= 0).toBe(true)
      const sum = (part: typeof included) => part.lines.reduce((total, minor) => total + minor, part.shippingMinor)
      const named = (inside: boolean) => (result.taxes ?? []).reduce((total, tax) => total + (tax.included === inside ? tax.amountMinor : 0), 0)
      expect([named(false), named(true)]).toEqual([sum(added), sum(included)])
      for (const [index, [amountMinor]] of goods.entries()) expect(included.lines[index]).toBeLessThanOrEqual(amountMinor)
      expect(included.shippingMinor).toBeLessThanOrEqual(shippingMinor)
      for (const [index, [amountMinor]] of goods.entries()) if (amountMinor === 0) expect([added.lines[index], included.lines[index]]).toEqual([0, 0])
    }),
    { seed, numRuns: 300 },
  )
})
