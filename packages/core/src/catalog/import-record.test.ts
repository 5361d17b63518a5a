import { describe, expect, it } from 'vitest'
import { readRecord } from './import-record.ts'

const variant = { sku: 'KETTLE-1', options: { Color: 'Copper' }, prices: [{ currency: 'USD', amountMinor: 4_900 }] }
const record = { handle: 'kettle', title: 'Kettle', options: ['Color'], variants: [variant] }
const second = { ...variant, sku: 'KETTLE-2' }

describe('a record that is sound', () => {
  it('takes every documented field', () => {
    const full = {
      ...record,
      description: 'Boils\nwater',
      vendor: 'Stovetop & Co',
      status: 'draft',
      categories: [['Kitchen', 'Kettles']],
      attributes: { wattage: 1_400, waterproof: true, material: 'steel' },
      images: [{ url: 'https://example.com/kettle.jpg', alt: 'A kettle' }],
      variants: [
        {
          ...variant,
          barcode: '4006381333931',
          stock: [{ location: 'north', quantity: 3 }, { quantity: 0 }],
          weightGrams: 900,
          stockTracked: false,
          backorder: 'allow',
        },
      ],
    }
    const { product, rejected } = readRecord(7, full)
    expect(rejected).toEqual([])
    expect(product).toMatchObject({ index: 7, record: { status: 'draft', attributes: { wattage: 1_400, waterproof: true, material: 'steel' } } })
    expect(product?.variants[0]?.record).toMatchObject({
      stock: [
        { location: 'north', quantity: 3 },
        { location: 'main', quantity: 0 },
      ],
      backorder: 'allow',
      stockTracked: false,
    })
  })

  it('fills in what is left out: published, stock tracked, no backorder', () => {
    const { product } = readRecord(0, { handle: 'plain', title: 'Plain', variants: [{ sku: 'P', prices: [] }] })
    expect(product?.record).toMatchObject({ status: 'published', categories: [], attributes: {}, images: [], options: [] })
    expect(product?.variants[0]?.record).toMatchObject({ options: {}, stockTracked: true, backorder: 'deny' })
  })

  it.each(['kettle', 'café-crème', '電気ケトル', 'v2.0_b', '3-in-1'])('takes the handle %s', (handle) => {
    expect(readRecord(0, { ...record, handle }).rejected).toEqual([])
  })
})

const brokenProducts: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ['no handle', { handle: undefined }, 'handle'],
  ['an empty handle', { handle: '' }, 'handle'],
  ['capitals in the handle', { handle: 'Kettle' }, 'handle'],
  ['a blank in the handle', { handle: 'a kettle' }, 'handle'],
  ['a slash in the handle', { handle: 'a/kettle' }, 'handle'],
  ['a handle that begins with a dash', { handle: '-kettle' }, 'handle'],
  ['a handle of 201 characters', { handle: 'k'.repeat(201) }, 'handle'],
  ['no title', { title: undefined }, 'title'],
  ['an empty title', { title: '' }, 'title'],
  ['a title of 501 characters', { title: 't'.repeat(501) }, 'title'],
  ['a title that is a number', { title: 5 }, 'title'],
  ['a line break in the title', { title: 'Ket\ntle' }, 'title'],
  ['NUL in the description', { description: 'a\0b' }, 'description'],
  ['a description of 200,001 characters', { description: 'd'.repeat(200_001) }, 'description'],
  ['an unknown status', { status: 'live' }, 'status'],
  ['a category that is no path', { categories: ['Kitchen'] }, 'categories.0'],
  ['an empty category path', { categories: [[]] }, 'categories.0'],
  ['a category of nine levels', { categories: [Array.from({ length: 9 }, (_, level) => `L${level}`)] }, 'categories.0'],
  ['an attribute that is null', { attributes: { size: null } }, 'attributes.size'],
  ['an attribute that is a list', { attributes: { size: ['S'] } }, 'attributes.size'],
  ['an attribute that is not finite', { attributes: { size: Number.NaN } }, 'attributes.size'],
  ['an image without a URL', { images: [{ alt: 'x' }] }, 'images.0.url'],
  ['an option named twice', { options: ['Color', 'Color'] }, 'options'],
  ['no variants', { variants: [] }, 'variants'],
  ['variants that are no list', { variants: {} }, 'variants'],
  ['an unknown field', { colour: 'red' }, 'colour'],
]

describe('a record with a broken product field is rejected whole', () => {
  it.each(brokenProducts)('%s', (_what, fields, column) => {
    const { product, rejected } = readRecord(3, { ...record, ...fields })
    expect(product).toBeUndefined()
    expect(rejected).toEqual([{ index: 3, column, code: 'INVALID_INPUT', message: expect.any(String) }])
  })

  it.each([[null], [undefined], ['kettle'], [5], [[]]])('%j is no record', (value) => {
    expect(readRecord(0, value)).toEqual({ rejected: [{ index: 0, column: '', code: 'INVALID_INPUT', message: expect.any(String) }] })
  })

  it('names several unknown fields one by one', () => {
    expect(readRecord(0, { ...record, a: 1, b: 2 }).rejected.map(({ column }) => column)).toEqual(['a', 'b'])
  })

  it('does not let __proto__ through', () => {
    const hostile = JSON.parse(`{"handle":"k","title":"K","__proto__":{"polluted":true},"variants":[{"sku":"K","prices":[]}]}`)
    expect(readRecord(0, hostile).rejected).toMatchObject([{ column: '__proto__' }])
    const hidden = JSON.parse(`{"handle":"k","title":"K","attributes":{"__proto__":"x","a":1},"variants":[{"sku":"K","prices":[]}]}`)
    expect(Object.keys(readRecord(0, hidden).product?.record.attributes ?? {})).toEqual(['a'])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})

const price = (fields: Record<string, unknown>) => ({ prices: [{ currency: 'USD', amountMinor: 1, ...fields }] })
const brokenVariants: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ['no SKU', { sku: undefined }, 'sku'],
  ['an empty SKU', { sku: '' }, 'sku'],
  ['a SKU with a blank at its end', { sku: 'K ' }, 'sku'],
  ['a SKU of 101 characters', { sku: 'k'.repeat(101) }, 'sku'],
  ['no prices', { prices: undefined }, 'prices'],
  ['a negative price', price({ amountMinor: -1 }), 'prices.0.amountMinor'],
  ['a price of minus zero', price({ amountMinor: -0 }), 'prices.0.amountMinor'],
  ['a fractional price', price({ amountMinor: 9.99 }), 'prices.0.amountMinor'],
  ['a price beyond 2^53', price({ amountMinor: 2 ** 53 }), 'prices.0.amountMinor'],
  ['a price as text', price({ amountMinor: '900' }), 'prices.0.amountMinor'],
  ['a negative compare-at price', price({ compareAtMinor: -1 }), 'prices.0.compareAtMinor'],
  ['a currency in small letters', price({ currency: 'usd' }), 'prices.0.currency'],
  ['a currency of two letters', price({ currency: 'US' }), 'prices.0.currency'],
  ['two prices in one currency', { prices: [...variant.prices, ...variant.prices] }, 'prices'],
  ['a negative stock', { stock: [{ quantity: -1 }] }, 'stock.0.quantity'],
  ['half a unit in stock', { stock: [{ quantity: 0.5 }] }, 'stock.0.quantity'],
  ['one location twice', { stock: [{ quantity: 1 }, { location: 'main', quantity: 2 }] }, 'stock'],
  ['a location with a blank', { stock: [{ location: 'a b', quantity: 1 }] }, 'stock.0.location'],
  ['a negative weight', { weightGrams: -5 }, 'weightGrams'],
  ['an unknown backorder policy', { backorder: 'maybe' }, 'backorder'],
  ['a missing option', { options: {} }, 'options.Color'],
  ['an option the product has not', { options: { Color: 'Red', Size: 'M' } }, 'options.Size'],
  ['an unknown field', { cost: 5 }, 'cost'],
]

describe('a broken variant rejects only itself', () => {
  it.each(brokenVariants)('%s', (_what, fields, column) => {
    const { product, rejected } = readRecord(2, { ...record, variants: [{ ...variant, ...fields }, second] })
    expect(product?.variants.map(({ index, record: { sku } }) => [index, sku])).toEqual([[1, 'KETTLE-2']])
    expect(rejected).toEqual([{ index: 2, variant: 0, column, code: 'INVALID_INPUT', message: expect.any(String) }])
  })

  it('rejects the second of two variants with one SKU', () => {
    const { product, rejected } = readRecord(0, { ...record, variants: [variant, { ...variant, options: { Color: 'Steel' } }] })
    expect(product?.variants).toHaveLength(1)
    expect(rejected).toMatchObject([{ variant: 1, column: 'sku', code: 'DUPLICATE_SKU' }])
  })

  it('remembers the SKU of a variant that is broken elsewhere', () => {
    const { product } = readRecord(0, { ...record, variants: [{ ...variant, prices: 'free' }, second] })
    expect(product?.brokenSkus).toEqual(['KETTLE-1'])
  })

  it('rejects the product when no variant is left', () => {
    const { product, rejected } = readRecord(0, { ...record, variants: [{ ...variant, sku: '' }, null] })
    expect(product).toBeUndefined()
    expect(rejected.map((rejection) => rejection.variant)).toEqual([0, 1])
  })
})
