import { describe, expect, test } from 'vitest'
import { type ImportMap, namedFields, parseImportMap } from './import-map.ts'
import { isSkipped, mapKey, mapReading } from './map-reading.ts'
import type { Conversion, ProductRecord } from './product-record.ts'

const least = { format: 'csv', product: { handle: 'handle', title: 'title' }, variant: { sku: 'sku', prices: [{ amount: 'price' }] } }
const defaults = { currency: 'USD', location: undefined, status: 'published' }

function convert(map: object, rows: readonly Record<string, unknown>[]): Conversion {
  const group = { key: 'x', rows: rows.map((values, index) => ({ line: index + 2, values })) }
  return mapReading(parseImportMap(map, 'test'), defaults).convert(group)
}

function recordOf(conversion: Conversion): ProductRecord {
  expect(conversion.rejected).toEqual([])
  return conversion.candidate?.record as ProductRecord
}

const row = { handle: 'pot', title: 'Pot', sku: 'P1', price: '9.99' }

/** What a source gives for a row, by way of the title. */
function titleFrom(source: unknown, values: Record<string, unknown>): string | undefined {
  const conversion = convert({ ...least, product: { handle: 'handle', title: source } }, [{ ...row, ...values }])
  return (conversion.candidate?.record as ProductRecord | undefined)?.title
}

test('a map names the tax category, days and the limit of backorders', () => {
  const variant = { ...least.variant, backorder: { constant: true }, backorderLimit: 'limit', availableFrom: 'out', restockDate: 'more' }
  const map = { ...least, product: { ...least.product, taxCategory: 'tax' }, variant }
  const record = recordOf(convert(map, [{ ...row, tax: 'books', limit: '50', out: '2026-12-01', more: '2026-12-15' }]))
  const dated = { backorder: 'allow', backorderLimit: 50, availableFrom: '2026-12-01', restockDate: '2026-12-15' }
  expect(record).toMatchObject({ taxCategory: 'books', variants: [dated] })
  expect(recordOf(convert(map, [row]))).not.toHaveProperty('taxCategory')
  expect(convert(map, [{ ...row, limit: 'many' }]).rejected).toMatchObject([{ column: 'limit', code: 'INVALID_QUANTITY' }])
  expect([...namedFields(parseImportMap(map, 'test'))]).toEqual(expect.arrayContaining(['tax', 'limit', 'out', 'more']))
})

describe('sources', () => {
  test.each([
    ['a field', 'name', { name: ' Kettle ' }, 'Kettle'],
    ['a nested field', 'names.en', { names: { en: 'Kettle' } }, 'Kettle'],
    ['a dotted column before a nested field', 'a.b', { 'a.b': 'column', a: { b: 'nested' } }, 'column'],
    ['a constant', { constant: 'Thing' }, {}, 'Thing'],
    ['a template', { template: '{brand} {name}' }, { brand: 'Acme', name: 'Kettle' }, 'Acme Kettle'],
    ['ignored values', { field: 'name', ignore: ['n/a'], default: 'Unnamed' }, { name: 'n/a' }, 'Unnamed'],
    ['the first of a split', { field: 'name', split: '|' }, { name: 'one | two' }, 'one'],
    ['a pattern', { field: 'name', pattern: 'no (\\d+)' }, { name: 'model no 42 b' }, '42'],
    ['a value map', { field: 'name', map: { K: 'Kettle' } }, { name: 'K' }, 'Kettle'],
    ['a slug', { field: 'name', slug: true }, { name: 'Red Kettle' }, 'red-kettle'],
    ['a number of a JSON file', 'name', { name: 7 }, '7'],
  ])('%s', (_what, source, values, expected) => {
    expect(titleFrom(source, values)).toBe(expected)
  })

  test('a suffix depends on its fields alone', () => {
    const source = { field: 'name', slug: true, suffix: ['image'] }
    const first = titleFrom(source, { name: 'Case', image: 'a.jpg' })
    expect(first).toMatch(/^case-[0-9a-f]{8}$/)
    expect(titleFrom(source, { name: 'Case', image: 'a.jpg', price: '1' })).toBe(first)
    expect(titleFrom(source, { name: 'Case', image: 'b.jpg' })).not.toBe(first)
  })

  test('a value that the value map does not name rejects the product', () => {
    const { candidate, rejected } = convert({ ...least, product: { ...least.product, status: { field: 'status', map: { on: 'published' } } } }, [
      { ...row, status: 'off' },
    ])
    expect(candidate).toBeNull()
    expect(rejected).toMatchObject([{ line: 2, column: 'status', code: 'UNKNOWN_VALUE' }])
  })
})

describe('products', () => {
  test('categories come from lists, from split texts, and from parts put together', () => {
    const categories = [{ path: 'list' }, { path: { field: 'text', split: ' -> ' } }, { path: [{ constant: 'Shop' }, 'kind'] }, { path: 'missing' }]
    const record = recordOf(convert({ ...least, product: { ...least.product, categories } }, [{ ...row, list: ['A', 'B'], text: 'C -> D', kind: 'E' }]))
    expect(record.categories).toEqual([
      ['A', 'B'],
      ['C', 'D'],
      ['Shop', 'E'],
    ])
  })

  test('attributes by prefix are typed, and one whose short name is taken keeps its long one', () => {
    const attributes = [{ prefix: 't_' }, { prefix: 'n_', type: 'number' }, { prefix: 'b_', type: 'boolean' }, { name: 'maker', value: 'brand' }]
    const values = { ...row, t_color: 'Red', t_empty: '', n_height: 1.5, b_height: true, brand: 'Acme' }
    expect(recordOf(convert({ ...least, product: { ...least.product, attributes } }, [values])).attributes).toEqual({
      color: 'Red',
      height: 1.5,
      b_height: true,
      maker: 'Acme',
    })
  })

  test('an attribute of the wrong type rejects the product', () => {
    const attributes = [{ prefix: 'n_', type: 'number' }]
    expect(convert({ ...least, product: { ...least.product, attributes } }, [{ ...row, n_height: 'tall' }]).rejected).toMatchObject([
      { column: 'n_height', code: 'INVALID_NUMBER' },
    ])
  })

  test('images of all rows are taken once each', () => {
    const map = {
      ...least,
      group: { by: 'handle' },
      product: { ...least.product, images: [{ url: 'image', alt: 'title' }] },
      variant: { ...least.variant, options: [{ name: { constant: 'Size' }, value: 'size' }] },
    }
    const rows = ['a.jpg', 'b.jpg', 'a.jpg'].map((image, index) => ({ ...row, sku: `P${index}`, size: String(index), image }))
    expect(recordOf(convert(map, rows)).images).toEqual([
      { url: 'a.jpg', alt: 'Pot' },
      { url: 'b.jpg', alt: 'Pot' },
    ])
  })
})

describe('variants', () => {
  const grouped = {
    ...least,
    group: { by: 'handle', master: { field: 'title', blank: false } },
    variant: { ...least.variant, options: [{ name: { constant: 'Size' }, value: 'size' }] },
  }

  test('a master row is a variant only when it stands alone', () => {
    expect(recordOf(convert(grouped, [row])).variants).toMatchObject([{ sku: 'P1', prices: [{ amountMinor: 999 }] }])
    const withVariants = convert(grouped, [
      { ...row, price: '0' },
      { handle: 'pot', sku: 'P-S', price: '5', size: 'S' },
    ])
    expect(recordOf(withVariants).variants).toMatchObject([{ sku: 'P-S', options: { Size: 'S' } }])
  })

  test('a bad row rejects its variant alone, and its SKU is handed on so that what is stored of it stays', () => {
    const { candidate, rejected } = convert(grouped, [
      row,
      { handle: 'pot', sku: 'P-S', price: '-5', size: 'S' },
      { handle: 'pot', sku: 'P-L', price: '6', size: 'L' },
    ])
    expect(rejected).toMatchObject([{ line: 3, column: 'price', code: 'INVALID_PRICE' }])
    expect((candidate?.record as ProductRecord | undefined)?.variants).toMatchObject([{ sku: 'P-L' }, { sku: 'P-S' }])
    expect(candidate?.variantLines).toEqual([4, null])
  })

  test('a repeated SKU is rejected, unless the map merges: then it adds its price and stock', () => {
    const rows = [
      { ...row, size: 'S', currency: 'USD', place: 'main', quantity: '1' },
      { ...row, size: '', currency: 'EUR', price: '8', place: 'shop', quantity: '2' },
    ]
    const variant = { ...grouped.variant, prices: [{ amount: 'price', currency: 'currency' }], stock: [{ quantity: 'quantity', location: 'place' }] }
    expect(convert({ ...least, group: { by: 'handle' }, variant }, rows).rejected).toMatchObject([{ line: 3, code: 'DUPLICATE_SKU' }])
    const merged = recordOf(convert({ ...least, group: { by: 'handle', mergeVariants: true }, variant }, rows))
    expect(merged.variants).toEqual([
      {
        sku: 'P1',
        options: { Size: 'S' },
        prices: [
          { currency: 'USD', amountMinor: 999 },
          { currency: 'EUR', amountMinor: 800 },
        ],
        stock: [
          { location: 'main', quantity: 1 },
          { location: 'shop', quantity: 2 },
        ],
      },
    ])
  })

  test('merging refuses a second price in one currency', () => {
    const map = { ...least, group: { by: 'handle', mergeVariants: true } }
    expect(convert(map, [row, { ...row, price: '8' }]).rejected).toMatchObject([{ line: 3, code: 'DUPLICATE_PRICE' }])
  })

  test('a variant without a value for an option that others have is rejected', () => {
    const rows = [
      { ...row, size: 'S' },
      { ...row, sku: 'P2', size: '' },
    ]
    expect(convert({ ...grouped, group: { by: 'handle' } }, rows).rejected).toMatchObject([{ line: 3, code: 'INVALID_OPTIONS' }])
  })

  test('without a price, or with an unknown currency, there is no variant and so no product', () => {
    expect(convert(least, [{ ...row, price: '' }])).toMatchObject({ candidate: null, rejected: [{ code: 'MISSING_PRICE' }] })
    const variant = { ...least.variant, prices: [{ amount: 'price', currency: 'currency' }] }
    expect(convert({ ...least, variant }, [{ ...row, currency: 'QQQ' }])).toMatchObject({
      candidate: null,
      rejected: [{ column: 'currency', code: 'UNKNOWN_CURRENCY' }],
    })
  })
})

describe('the map itself', () => {
  test('is refused with every fault named', () => {
    const faulty = { ...least, colour: 'red', product: { handle: { field: 'a', constant: 'b' }, title: { field: 'x', pattern: '(' } } }
    expect(() => parseImportMap(faulty, 'faulty.json')).toThrow(/faulty\.json.*(product\.handle|product\.title)/s)
  })

  test('tells which columns it names', () => {
    const map: ImportMap = parseImportMap(
      {
        ...least,
        group: { by: 'slug', master: { field: 'kind', is: ['m'] } },
        skip: [{ field: 'gone', is: ['1'] }],
        product: { handle: { template: '{a} {b}', suffix: ['c'] }, title: 'title' },
      },
      'test',
    )
    expect([...namedFields(map)].sort()).toEqual(['a', 'b', 'c', 'gone', 'kind', 'price', 'sku', 'slug', 'title'])
  })

  test('skips and groups rows', () => {
    const map = parseImportMap(
      {
        ...least,
        group: { by: 'slug' },
        skip: [
          { field: 'kind', is: ['note'] },
          { field: 'live', isNot: ['yes'] },
          { field: 'sku', blank: true },
        ],
      },
      'test',
    )
    const at = (values: Record<string, unknown>) => ({ line: 5, values })
    expect(isSkipped(map, at({ kind: 'note', live: 'yes', sku: 'x' }))).toBe(true)
    expect(isSkipped(map, at({ kind: 'item', live: 'no', sku: 'x' }))).toBe(true)
    expect(isSkipped(map, at({ kind: 'item', live: 'yes', sku: ' ' }))).toBe(true)
    expect(isSkipped(map, at({ kind: 'item', live: 'yes', sku: 'x' }))).toBe(false)
    expect(mapKey(map)(at({ slug: 'pot' }))).toBe('pot')
    expect(mapKey(map)(at({ slug: '' }))).toMatchObject({ line: 5, code: 'MISSING_HANDLE' })
  })
})
