import { describe, expect, it } from 'vitest'
import type { Product, Variant } from '../catalog/product.ts'
import type { CategoryId, ProductId, VariantId } from '../ids.ts'
import { searchDocument } from './search-document.ts'

const variant = (sku: string, fields: Partial<Variant> = {}): Variant => ({
  id: sku as VariantId,
  sku,
  barcode: null,
  options: {},
  prices: [{ currency: 'USD', amountMinor: 100, compareAtMinor: null }],
  weightGrams: null,
  stockTracked: true,
  backorder: 'deny',
  status: 'active',
  ...fields,
})
const product = (fields: Partial<Product> = {}): Product => ({
  id: 'p' as ProductId,
  handle: 'kettle',
  title: 'Kettle',
  description: '',
  vendor: null,
  status: 'published',
  taxCategory: 'standard',
  categories: [],
  attributes: {},
  images: [],
  options: [],
  variants: [variant('A')],
  ratingAverage: null,
  ratingCount: 0,
  createdAt: new Date(0),
  updatedAt: new Date(0),
  version: 1,
  ...fields,
})
const documentOf = (fields: Partial<Product>, ...availableSkus: string[]) => searchDocument(product(fields), { productId: 'p' as ProductId, availableSkus })

describe('a search document', () => {
  it('is made of published products with an active variant only', () => {
    expect(documentOf({})).toBeDefined()
    expect(documentOf({ status: 'draft' })).toBeUndefined()
    expect(documentOf({ status: 'archived' })).toBeUndefined()
    expect(documentOf({ variants: [variant('A', { status: 'archived' })] })).toBeUndefined()
  })

  it('has the words, codes and price ranges of what is sold', () => {
    const variants = [
      variant('A', {
        barcode: '111',
        options: { Color: 'Copper' },
        prices: [
          { currency: 'USD', amountMinor: 300, compareAtMinor: null },
          { currency: 'EUR', amountMinor: 250, compareAtMinor: null },
        ],
      }),
      variant('B', { options: { Color: 'Copper' } }),
      variant('C', { status: 'archived', barcode: '333', options: { Color: 'Gold' } }),
    ]
    const categories = [{ id: 'c' as CategoryId, path: ['Kitchen', 'Kettles'] }]
    const attributes = { wattage: 1_400, material: 'steel', cordless: true }
    expect(documentOf({ variants, categories, attributes, vendor: 'Acme', ratingAverage: 4.5, ratingCount: 3 })).toMatchObject({
      vendor: 'Acme',
      categories: [['Kitchen', 'Kettles']],
      attributes: [
        { name: 'wattage', values: ['1400'] },
        { name: 'material', values: ['steel'] },
        { name: 'cordless', values: ['true'] },
        { name: 'Color', values: ['Copper'] },
      ],
      words: ['1400', 'steel', 'Copper'],
      skus: ['A', 'B'],
      barcodes: ['111'],
      ratingAverage: 4.5,
      ratingCount: 3,
      prices: [
        { currency: 'USD', minMinor: 100, maxMinor: 300 },
        { currency: 'EUR', minMinor: 250, maxMinor: 250 },
      ],
    })
  })

  it('names the first SKU that can be bought, else the first', () => {
    const variants = [variant('A'), variant('B', { prices: [] }), variant('C')]
    expect(documentOf({ variants }, 'B', 'C')).toMatchObject({ sku: 'C', inStock: true })
    expect(documentOf({ variants })).toMatchObject({ sku: 'A', inStock: false })
  })

  it('has the text of an HTML description', () => {
    expect(documentOf({ description: '<p>Boils<br>fast &amp; <b class="x">quietly</b></p>' })?.description.split(/\s+/).filter(Boolean)).toEqual([
      'Boils',
      'fast',
      'quietly',
    ])
  })
})
