import { describe, expect, test } from 'vitest'
import type { Conversion, ProductRecord } from './product-record.ts'
import { ShopifyColumns } from './shopify-columns.ts'
import { shopifyKey, shopifyReading } from './shopify-reading.ts'

const header = [
  'Handle',
  'Title',
  'Body (HTML)',
  'Vendor',
  'Type',
  'Product Category',
  'Tags',
  'Published',
  'Status',
  'Option1 Name',
  'Option1 Value',
  'Option2 Name',
  'Option2 Value',
  'Variant SKU',
  'Variant Taxable',
  'Variant Price',
  'Variant Compare At Price',
  'Variant Inventory Tracker',
  'Variant Inventory Qty',
  'Variant Inventory Policy',
  'Variant Grams',
  'Variant Barcode',
  'Image Src',
  'Image Alt Text',
  'Care (product.metafields.custom.care)',
]
const columns = new ShopifyColumns(header)

function convert(...rows: readonly Record<string, string>[]): Conversion {
  const group = { key: 'pot', rows: rows.map((values, index) => ({ line: index + 2, values })) }
  return shopifyReading(columns, { currency: 'USD', location: undefined, status: 'published' }).convert(group)
}

function recordOf(...rows: readonly Record<string, string>[]): ProductRecord {
  const { candidate, rejected } = convert(...rows)
  expect(rejected).toEqual([])
  return candidate?.record as ProductRecord
}

const first = { Handle: 'pot', Title: 'Pot', 'Variant Price': '9.99', 'Option1 Name': 'Title', 'Option1 Value': 'Default Title' }

describe('products', () => {
  test('keep their HTML, vendor, tags and metafields', () => {
    const record = recordOf({ ...first, 'Body (HTML)': '<p>Clay</p>', Vendor: 'Maker', Tags: 'a, b', 'Care (product.metafields.custom.care)': 'Wipe dry' })
    expect(record).toMatchObject({ description: '<p>Clay</p>', vendor: 'Maker', attributes: { tags: 'a, b', care: 'Wipe dry' } })
  })

  test('have the type and the category path as categories', () => {
    expect(recordOf({ ...first, Type: 'Pots', 'Product Category': 'Home > Garden > Pots' }).categories).toEqual([['Pots'], ['Home', 'Garden', 'Pots']])
  })

  test('are exempt where their first row is not taxable, and a variant that says otherwise is told of', () => {
    expect(recordOf(first)).not.toHaveProperty('taxCategory')
    expect(recordOf({ ...first, 'Variant Taxable': 'true' })).not.toHaveProperty('taxCategory')
    const sized = { ...first, 'Option1 Name': 'Size', 'Option1 Value': 'S', 'Variant Taxable': 'false' }
    const { candidate, rejected } = convert(sized, { ...sized, Title: '', 'Option1 Value': 'M', 'Variant Taxable': 'true' })
    expect(candidate?.record).toMatchObject({ taxCategory: 'exempt', variants: [{}, {}] })
    expect(rejected).toMatchObject([{ line: 3, column: 'Variant Taxable', code: 'OTHER_TAX' }])
    expect(convert({ ...first, 'Variant Taxable': 'maybe' }).rejected).toMatchObject([{ column: 'Variant Taxable', code: 'INVALID_BOOLEAN' }])
  })

  test('without options are written as Title / Default Title', () => {
    expect(recordOf(first)).toMatchObject({ options: [], variants: [{ sku: 'pot', options: {} }] })
  })

  test.each([
    [{}, 'published'],
    [{ Published: 'true' }, 'published'],
    [{ Published: 'FALSE' }, 'draft'],
    [{ Status: 'active' }, 'published'],
    [{ Status: 'active', Published: 'false' }, 'draft'],
    [{ Status: 'draft', Published: 'true' }, 'draft'],
    [{ Status: 'archived' }, 'archived'],
  ])('with %o are %s', (cells, status) => {
    expect(recordOf({ ...first, ...cells }).status).toBe(status)
  })

  test('take images of image-only rows', () => {
    const record = recordOf({ ...first, 'Image Src': 'a.jpg', 'Image Alt Text': 'A' }, { Handle: 'pot', 'Image Src': 'b.jpg' })
    expect(record.images).toEqual([{ url: 'a.jpg', alt: 'A' }, { url: 'b.jpg' }])
    expect(record.variants).toHaveLength(1)
  })
})

describe('variants', () => {
  const sized = { ...first, 'Option1 Name': 'Size', 'Option1 Value': 'S', 'Option2 Name': 'Color', 'Option2 Value': 'Red' }

  test('of continuation rows have the first row’s option names', () => {
    const record = recordOf(sized, { Handle: 'pot', 'Option1 Value': 'L', 'Option2 Value': 'Red', 'Variant Price': '12' })
    expect(record.options).toEqual(['Size', 'Color'])
    expect(record.variants).toMatchObject([
      { sku: 'pot-s-red', options: { Size: 'S', Color: 'Red' } },
      { sku: 'pot-l-red', options: { Size: 'L', Color: 'Red' }, prices: [{ amountMinor: 1200 }] },
    ])
  })

  test('have exact prices, weight, barcode, stock and policy', () => {
    const record = recordOf({
      ...first,
      'Variant SKU': 'P1',
      'Variant Compare At Price': '15',
      'Variant Inventory Qty': '3',
      'Variant Inventory Policy': 'continue',
      'Variant Grams': '250',
      'Variant Barcode': '012345',
    })
    expect(record.variants).toEqual([
      {
        sku: 'P1',
        barcode: '012345',
        options: {},
        prices: [{ currency: 'USD', amountMinor: 999, compareAtMinor: 1500 }],
        stock: [{ quantity: 3 }],
        weightGrams: 250,
        stockTracked: true,
        backorder: 'allow',
      },
    ])
  })

  test('are tracked when they have a tracker or a quantity', () => {
    const tracked = (cells: Record<string, string>) => (recordOf({ ...first, ...cells }).variants[0] as { stockTracked: boolean }).stockTracked
    expect(tracked({})).toBe(false)
    expect(tracked({ 'Variant Inventory Tracker': 'shopify' })).toBe(true)
    expect(tracked({ 'Variant Inventory Qty': '0' })).toBe(true)
  })

  test('with several wrong cells have each named, and the rest of the product stays', () => {
    const { candidate, rejected } = convert(sized, {
      Handle: 'pot',
      'Option1 Value': 'L',
      'Option2 Value': '',
      'Variant Price': 'x',
      'Variant SKU': 'BAD',
      'Variant Grams': '-1',
    })
    expect(rejected.map(({ line, column, code }) => `${line} ${column} ${code}`).sort()).toEqual([
      '3 Option2 Value INVALID_OPTIONS',
      '3 Variant Grams INVALID_WEIGHT',
      '3 Variant Price INVALID_PRICE',
    ])
    expect((candidate?.record as ProductRecord | undefined)?.variants.map(({ sku }) => sku)).toEqual(['pot-s-red', 'BAD'])
    expect(candidate?.variantLines).toEqual([2, null])
  })

  test('when all are bad, there is no product', () => {
    expect(convert({ ...first, 'Variant Price': '-1' })).toMatchObject({ candidate: null, rejected: [{ code: 'INVALID_PRICE' }] })
  })
})

test('handles are lower case, and a row without one is rejected', () => {
  const key = shopifyKey(columns)
  expect(key({ line: 2, values: { Handle: ' Clay-Pot ' } })).toBe('clay-pot')
  expect(key({ line: 2, values: { Handle: '' } })).toMatchObject({ column: 'Handle', code: 'MISSING_HANDLE' })
})

test('the newer template’s names are known, and another file is refused with a hint', () => {
  const newer = new ShopifyColumns(['Title', 'URL handle', 'Description', 'SKU', 'Price'])
  expect(newer.nameOf('handle')).toBe('URL handle')
  expect(() => new ShopifyColumns(['id', 'name', 'price'])).toThrow(/"Handle", "Title".*--map/)
})
