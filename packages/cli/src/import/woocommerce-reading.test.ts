import { describe, expect, test } from 'vitest'
import type { Conversion, ProductRecord } from './product-record.ts'
import type { ReadRow, Rejection, SourceRow } from './rejection.ts'
import { WooCommerceColumns } from './woocommerce-columns.ts'
import { WooCommerceFamilies } from './woocommerce-families.ts'
import { wooCommerceReading } from './woocommerce-reading.ts'

const header = [
  ...['ID', 'Type', 'SKU', 'GTIN, UPC, EAN, or ISBN', 'Name', 'Published', 'Visibility in catalog', 'Short description', 'Description'],
  ...['Tax status', 'Tax class'],
  ...['Date sale price starts', 'Date sale price ends', 'In stock?', 'Stock', 'Backorders allowed?', 'Weight (kg)', 'Sale price', 'Regular price'],
  ...['Categories', 'Tags', 'Images', 'Parent', 'Brands'],
  ...['Attribute 1 name', 'Attribute 1 value(s)', 'Attribute 1 visible', 'Attribute 1 global', 'Attribute 2 name', 'Attribute 2 value(s)'],
]
const columns = new WooCommerceColumns(header)

/** Reads whole rows as an import does: groups by family, then one conversion each, in file order. */
async function convertAll(...cells: readonly Record<string, string>[]): Promise<{ conversions: Conversion[]; unplaced: Rejection[] }> {
  const rows: SourceRow[] = cells.map((values, index) => ({ line: index + 2, values }))
  const families = await WooCommerceFamilies.read(columns, stream(rows))
  const groups = new Map<string, SourceRow[]>()
  const unplaced: Rejection[] = []
  for (const row of rows) {
    const key = families.keyOf(row)
    if (typeof key === 'string') groups.set(key, [...(groups.get(key) ?? []), row])
    else unplaced.push(key)
  }
  const reading = wooCommerceReading(columns, families, { currency: 'USD', location: undefined, status: 'published', today: '2026-03-10' })
  return { conversions: [...groups].map(([key, members]) => reading.convert({ key, rows: members })), unplaced }
}

async function* stream(rows: readonly SourceRow[]): AsyncGenerator<ReadRow> {
  for (const row of rows) yield { row }
}

async function productOf(...cells: readonly Record<string, string>[]): Promise<ProductRecord> {
  const { conversions, unplaced } = await convertAll(...cells)
  expect([...unplaced, ...conversions.flatMap(({ rejected }) => rejected)]).toEqual([])
  return conversions[0]?.candidate?.record as ProductRecord
}

async function rejectedOf(...cells: readonly Record<string, string>[]): Promise<string[]> {
  const { conversions, unplaced } = await convertAll(...cells)
  return [...unplaced, ...conversions.flatMap(({ rejected }) => rejected)].map(({ line, column, code }) => `${line} ${column}: ${code}`)
}

const mug = { ID: '7', Type: 'simple', Name: 'Clay mug', Published: '1', 'Regular price': '9.99' }
const tee = { ID: '44', Type: 'variable', SKU: 'TEE', Name: 'V-neck tee', Published: '1', 'Attribute 1 name': 'Color', 'Attribute 1 value(s)': 'Red, Blue' }
const red = {
  Type: 'variation',
  SKU: 'TEE-R',
  Published: '1',
  Parent: 'TEE',
  'Regular price': '20',
  'Attribute 1 name': 'Color',
  'Attribute 1 value(s)': 'Red',
}
const blue = { ...red, SKU: 'TEE-B', 'Attribute 1 value(s)': 'Blue' }

describe('products', () => {
  test.each([
    ['taxable', '', undefined],
    ['taxable', 'reduced-rate', 'reduced'],
    ['taxable', 'zero-rate', 'zero'],
    ['', 'books', 'books'],
    ['none', 'reduced-rate', 'exempt'],
    ['shipping', '', 'exempt'],
  ])('with the tax status "%s" and the class "%s" have the category %s', async (status, taxClass, taxCategory) => {
    expect((await productOf({ ...mug, 'Tax status': status, 'Tax class': taxClass })).taxCategory).toBe(taxCategory)
  })

  test('are taxed as one: a variation of another class is told of', async () => {
    const [variable, other] = [
      { ...tee, 'Tax class': 'reduced-rate' },
      { ...blue, 'Tax class': 'zero-rate' },
    ]
    expect(await productOf(variable, { ...red, 'Tax class': 'parent' }, blue)).toMatchObject({ taxCategory: 'reduced', variants: [{}, {}] })
    expect(await rejectedOf(variable, red, other)).toEqual(['4 Tax class: OTHER_TAX'])
  })

  test('have descriptions, brand, categories, tags, images and attributes', async () => {
    const record = await productOf({
      ...mug,
      Description: '<p>Clay</p>\\n<p>Blue</p>',
      'Short description': 'A mug',
      Brands: 'Kiln &amp; Co, Other',
      Categories: 'Kitchen > Mugs',
      Tags: 'clay, blue',
      Images: 'https://x.example/a.jpg, https://x.example/b\\,c.jpg',
      'Attribute 1 name': 'Material',
      'Attribute 1 value(s)': 'Clay, Glaze',
    })
    expect(record).toMatchObject({
      handle: 'clay-mug',
      title: 'Clay mug',
      description: '<p>Clay</p>\n<p>Blue</p>',
      vendor: 'Kiln & Co',
      categories: [['Kitchen', 'Mugs']],
      images: [{ url: 'https://x.example/a.jpg' }, { url: 'https://x.example/b,c.jpg' }],
      options: [],
    })
    expect(record.attributes).toEqual({ Material: 'Clay, Glaze', tags: 'clay, blue', short_description: 'A mug' })
  })

  test('take the short description where there is no long one', async () => {
    expect(await productOf({ ...mug, 'Short description': 'A mug' })).toMatchObject({ description: 'A mug', attributes: {} })
  })

  test.each([
    [{ Published: '1' }, 'published'],
    [{ Published: '' }, 'published'],
    [{ Published: '0' }, 'draft'],
    [{ Published: '-1' }, 'draft'],
    [{ Published: '1', 'Visibility in catalog': 'hidden' }, 'draft'],
    [{ Published: '1', 'Visibility in catalog': 'search' }, 'published'],
  ])('with %o are %s', async (cells, status) => {
    expect((await productOf({ ...mug, ...cells })).status).toBe(status)
  })

  test('of one name are told apart by id, or else by SKU', async () => {
    const { conversions } = await convertAll(mug, { ...mug, ID: '8' }, { ...mug, ID: '', SKU: 'MUG 3' }, { ...mug, ID: '9', Name: '湯呑み' })
    const handles = ['clay-mug-7', 'clay-mug-8', 'clay-mug-mug-3', 'product-9']
    expect(conversions).toMatchObject(handles.map((handle) => ({ candidate: { record: { handle } } })))
  })

  test('of other kinds, and variations without a known parent, are named', async () => {
    const rows = [
      { ...mug, Type: 'grouped' },
      { ...mug, Type: 'external' },
      { ...red, Parent: 'id:45' },
      { ...red, Parent: '' },
    ]
    expect(await rejectedOf(...rows)).toEqual(['2 Type: UNSUPPORTED_TYPE', '3 Type: UNSUPPORTED_TYPE', '4 Parent: UNKNOWN_PARENT', '5 Parent: UNKNOWN_PARENT'])
  })

  test('without a name, or variable ones without variations for sale, are named', async () => {
    expect(await rejectedOf({ ...mug, Name: '' }, tee, { ...red, Published: '0' })).toEqual(['2 Name: MISSING_TITLE', '3 Type: NO_VARIANTS'])
  })
})

describe('variations', () => {
  test('may stand before their product, and name it by SKU or id', async () => {
    const record = await productOf(red, tee, { ...blue, Parent: 'id:44' })
    expect(record).toMatchObject({ handle: 'v-neck-tee', options: ['Color'] })
    expect(record.variants).toMatchObject([
      { sku: 'TEE-R', options: { Color: 'Red' }, prices: [{ currency: 'USD', amountMinor: 2000 }] },
      { sku: 'TEE-B', options: { Color: 'Blue' } },
    ])
  })

  test('are told apart by the attributes that some of them fix; the product has the others', async () => {
    const size = { 'Attribute 2 name': 'Size', 'Attribute 2 value(s)': '' }
    const record = await productOf({ ...tee, 'Attribute 2 name': 'Size', 'Attribute 2 value(s)': 'S, L' }, { ...red, ...size }, { ...blue, ...size })
    expect(record).toMatchObject({ options: ['Color'], attributes: { Size: 'S, L' } })
  })

  test('that leave open what others fix have any value', async () => {
    const record = await productOf(tee, red, { ...blue, 'Attribute 1 value(s)': '' })
    expect(record.variants).toMatchObject([{ options: { Color: 'Red' } }, { options: { Color: 'Any' } }])
  })

  test('without a SKU of their own get one, and weigh what their product does', async () => {
    const record = await productOf({ ...tee, 'Weight (kg)': '.2' }, { ...red, SKU: '' }, { ...blue, SKU: 'TEE', 'Weight (kg)': '.3' })
    expect(record.variants).toMatchObject([
      { sku: 'v-neck-tee-red', weightGrams: 200 },
      { sku: 'v-neck-tee-blue', weightGrams: 300 },
    ])
  })

  test('that repeat a SKU or the values of an earlier one are named', async () => {
    expect(await rejectedOf(tee, red, { ...blue, SKU: 'TEE-R' }, { ...red, SKU: 'TEE-3' })).toEqual([
      '4 SKU: DUPLICATE_SKU',
      '5 Attribute 1 value(s): DUPLICATE_OPTIONS',
    ])
  })

  test('that are broken keep what the shop has of them', async () => {
    const { conversions } = await convertAll(tee, red, { ...blue, 'Regular price': '' })
    expect(conversions).toMatchObject([
      {
        candidate: { record: { variants: [{ sku: 'TEE-R' }, { sku: 'TEE-B' }] } },
        rejected: [{ line: 4, column: 'Regular price', code: 'MISSING_PRICE' }],
      },
    ])
  })
})

describe('prices', () => {
  test.each([
    ['a sale price', { 'Sale price': '7.50' }, { amountMinor: 750, compareAtMinor: 999 }],
    [
      'a sale that is on',
      { 'Sale price': '7.50', 'Date sale price starts': '2026-03-01', 'Date sale price ends': '2026-03-10' },
      { amountMinor: 750, compareAtMinor: 999 },
    ],
    ['a sale that is over', { 'Sale price': '7.50', 'Date sale price ends': '2026-03-09 23:59:59' }, { amountMinor: 999 }],
    ['a sale to come', { 'Sale price': '7.50', 'Date sale price starts': '2026-03-11' }, { amountMinor: 999 }],
    ['a sale that is none', { 'Sale price': '12' }, { amountMinor: 999 }],
  ])('of %s', async (_, cells, price) => {
    const { variants } = await productOf({ ...mug, ...cells })
    expect(variants[0]).toHaveProperty('prices', [{ currency: 'USD', ...price }])
  })

  test('that cannot be read are named with their column', async () => {
    const cells = { 'Regular price': 'free', 'Sale price': 'x', Stock: 'many', 'Backorders allowed?': 'maybe', 'Weight (kg)': 'light' }
    expect(await rejectedOf({ ...mug, ...cells })).toEqual([
      '2 Regular price: INVALID_PRICE',
      '2 Sale price: INVALID_PRICE',
      '2 Backorders allowed?: UNKNOWN_VALUE',
      '2 Stock: INVALID_QUANTITY',
      '2 Weight (kg): INVALID_WEIGHT',
    ])
  })
})

describe('stock', () => {
  test.each([
    [{ Stock: '12' }, { stock: [{ quantity: 12 }], stockTracked: true, backorder: 'deny' }],
    [
      { Stock: '-2', 'Backorders allowed?': 'notify' },
      { stock: [{ quantity: 0 }], stockTracked: true, backorder: 'allow' },
    ],
    [{ Stock: '', 'In stock?': '1' }, { stockTracked: false }],
    [
      { Stock: '', 'In stock?': '0' },
      { stock: [{ quantity: 0 }], stockTracked: true },
    ],
    [
      { Stock: '', 'In stock?': 'backorder', 'Backorders allowed?': '1' },
      { stockTracked: false, backorder: 'allow' },
    ],
  ])('of %o', async (cells, expected) => {
    expect((await productOf({ ...mug, ...cells })).variants[0]).toMatchObject(expected)
  })

  test('that lies with the product is nobody’s: the variation comes without, and is named', async () => {
    const { conversions } = await convertAll({ ...tee, Stock: '30' }, { ...red, Stock: 'parent' })
    expect(conversions).toHaveProperty('0.candidate.record.variants.0.stockTracked', true)
    expect(conversions).not.toHaveProperty('0.candidate.record.variants.0.stock')
    expect(conversions[0]?.rejected).toMatchObject([{ line: 3, column: 'Stock', code: 'SHARED_STOCK', message: expect.stringContaining('30 units') }])
  })
})

test('a file without the columns that make it one is refused', () => {
  expect(() => new WooCommerceColumns(['Handle', 'Title'])).toThrow(/"Type", "Name", "Regular price".*--map/)
})
