import { describe, expect, it } from 'vitest'
import type { CategoryId, ProductId, VariantId } from '../ids.ts'
import { Cells } from '../runtime/packing.ts'
import { packedProduct } from './packed-product.ts'
import type { Product, Variant } from './product.ts'

const plain: Variant = {
  id: 'v1' as VariantId,
  sku: 'MUG',
  barcode: null,
  options: {},
  prices: [],
  weightGrams: null,
  stockTracked: false,
  backorder: 'allow',
  status: 'active',
}

/** With every member there is: a new one must be named here, or this does not compile, and must survive the journey. */
const whole: Required<Variant> = {
  id: 'v2' as VariantId,
  sku: 'MUG-BLUE',
  barcode: '4006381333931',
  options: { Color: 'Blue', ['__proto__']: 'x' },
  prices: [
    { currency: 'USD', amountMinor: 1_250, compareAtMinor: 1_500 },
    { currency: 'JPY', amountMinor: 1_900, compareAtMinor: null },
  ],
  weightGrams: 310,
  stockTracked: true,
  backorder: 'deny',
  backorderLimit: 40,
  components: [{ sku: 'MUG', quantity: 2 }],
  availableFrom: '2026-12-01',
  restockDate: '2026-12-24',
  status: 'archived',
}

const product: Required<Product> = {
  id: 'p1' as ProductId,
  handle: 'mug',
  title: 'Mug “large”',
  description: 'Two\nlines',
  vendor: 'Potter',
  status: 'published',
  taxCategory: 'standard',
  categories: [{ id: 'c1' as CategoryId, path: ['Kitchen', 'Mugs'] }],
  attributes: { material: 'clay', volume: 0.4, glazed: true },
  images: [{ url: 'https://example.com/mug.jpg', alt: null }],
  options: ['Color'],
  variants: [plain, whole, { ...plain, prices: whole.prices }],
  ratingAverage: 4.5,
  ratingCount: 2,
  createdAt: new Date('2026-03-01T12:00:00.123Z'),
  updatedAt: new Date('2026-03-02T12:00:00Z'),
  version: 7,
}

const textOf = (packed: Product) => JSON.stringify(packedProduct.pack(packed))
const read = (text: string) => packedProduct.unpack(new Cells(JSON.parse(text)))

const unfrozen = (value: unknown): readonly unknown[] => {
  if (typeof value !== 'object' || value === null || value instanceof Date) return []
  return [...(Object.isFrozen(value) ? [] : [value]), ...Object.values(value).flatMap(unfrozen)]
}

describe('a product in the shared cache', () => {
  it('comes out as it went in', () => {
    expect(read(textOf(product))).toStrictEqual(product)
    const empty = { ...product, vendor: null, categories: [], attributes: {}, images: [], options: [], variants: [], ratingAverage: null }
    expect(read(textOf(empty))).toStrictEqual(empty)
  })

  it('is frozen in every part', () => {
    expect(unfrozen(read(textOf(product)))).toEqual([])
  })

  it('is written as this release writes it: change `textFormat` of the cache together with this', () => {
    expect(textOf({ ...product, variants: [plain, whole] })).toBe(
      '["p1","mug","Mug “large”","Two\\nlines","Potter","published","standard",[{"id":"c1","path":["Kitchen","Mugs"]}],' +
        '{"material":"clay","volume":0.4,"glazed":true},[{"url":"https://example.com/mug.jpg","alt":null}],["Color"],2,' +
        '"v1","MUG",null,{},0,null,false,"allow","active",null,' +
        '"v2","MUG-BLUE","4006381333931",{"Color":"Blue","__proto__":"x"},2,"USD",1250,1500,"JPY",1900,null,310,true,"deny","archived",' +
        '{"backorderLimit":40,"components":[{"sku":"MUG","quantity":2}],"availableFrom":"2026-12-01","restockDate":"2026-12-24"},' +
        '4.5,2,1772366400123,1772452800000,7]',
    )
  })
})
