import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce } from '@cartwright/core'
import { describe, expect, test } from 'vitest'
import type { ImportSummary } from '../src/import/import-run.ts'
import { cartwrightJson, temporaryFolder } from './command.ts'

const data = process.env.CARTWRIGHT_DATA
if (data === undefined) throw new Error('Set CARTWRIGHT_DATA to the folder with the real product files')

interface Source {
  readonly name: string
  readonly file: string
  readonly map?: string
  readonly rows: number
  readonly products: number
  readonly variants: number
}

const sources: readonly Source[] = [
  { name: 'Shopify apparel', file: 'shopify-product-csvs/apparel.csv', rows: 22, products: 20, variants: 22 },
  { name: 'Shopify jewelery', file: 'shopify-product-csvs/jewelery.csv', rows: 41, products: 20, variants: 23 },
  { name: 'Shopify home and garden', file: 'shopify-product-csvs/home-and-garden.csv', rows: 21, products: 20, variants: 21 },
  { name: 'Spree', file: 'spree-sample/products.csv', map: 'spree.map.json', rows: 211, products: 37, variants: 87 },
  { name: 'Best Buy', file: 'bestbuy/products.jsonl.gz', map: 'bestbuy.map.json', rows: 3291, products: 3291, variants: 3291 },
  { name: 'Icecat', file: 'icecat-electronics/products.jsonl.gz', map: 'icecat.map.json', rows: 19_406, products: 19_406, variants: 19_406 },
]

const folder = temporaryFolder()
const database = (source: Source): string => join(folder, `${source.name}.db`)

function importSource(source: Source) {
  const map = source.map === undefined ? [] : ['--map', fileURLToPath(new URL(`../../../examples/import/${source.map}`, import.meta.url))]
  return cartwrightJson<ImportSummary>(folder, ['import', join(data as string, source.file), ...map, '--db', database(source)])
}

async function shop(name: string) {
  return createCommerce({ storage: sqliteStorage({ file: join(folder, `${name}.db`) }), currency: 'USD' })
}

describe.each(sources)('$name', (source) => {
  test('every row arrives', { timeout: 300_000 }, async () => {
    const { value } = await importSource(source)
    const { rows: read, products, variants } = source
    expect(value).toEqual({ read, products, variants, created: products, updated: 0, unchanged: 0, rejected: [] })
  })

  test('a second import changes nothing', { timeout: 300_000 }, async () => {
    const { value } = await importSource(source)
    const { rows: read, products, variants } = source
    expect(value).toEqual({ read, products, variants, created: 0, updated: 0, unchanged: products, rejected: [] })
  })
})

describe('what arrived', () => {
  test('a Shopify product has its options, prices, stock, tags and images', async () => {
    const commerce = await shop('Shopify home and garden')
    const pot = await commerce.catalog.get({ handle: 'clay-plant-pot' })
    expect(pot).toMatchObject({
      title: 'Clay Plant Pot',
      description: '<p>Classic blown clay pot for plants</p>',
      vendor: 'Company 123',
      options: ['Size'],
      attributes: { tags: 'Pot, Plants' },
    })
    expect(pot.categories.map(({ path }) => path)).toEqual([['Outdoor']])
    expect(pot.images).toHaveLength(2)
    expect(pot.variants.map(({ sku, options, prices }) => [sku, options, prices[0]?.amountMinor])).toEqual([
      ['clay-plant-pot-regular', { Size: 'Regular' }, 999],
      ['clay-plant-pot-large', { Size: 'Large' }, 1599],
    ])
    const levels = await commerce.inventory.levels({ skus: ['clay-plant-pot-large'] })
    expect(levels.map(({ onHand }) => onHand)).toEqual([3])
    const light = await commerce.catalog.get({ handle: 'copper-light' })
    expect(light.options).toEqual([])
    expect(light.variants[0]?.prices).toEqual([{ currency: 'USD', amountMinor: 5999, compareAtMinor: 7500 }])
    await commerce.close()
  })

  test('a Spree variant has both prices, and the master row is no variant', async () => {
    const commerce = await shop('Spree')
    const machine = await commerce.catalog.get({ handle: 'automatic-espresso-machine' })
    expect(machine.variants.map(({ sku }) => sku)).toEqual(['MATTE-BLACK', 'SILVER', 'WHITE'].map((color) => `AUTOMATIC-ESPRESSO-MACHINE-${color}`))
    const [black] = machine.variants
    expect(black?.prices.map(({ currency }) => currency).sort()).toEqual(['EUR', 'USD'])
    expect(black?.prices.find(({ currency }) => currency === 'USD')).toEqual({ currency: 'USD', amountMinor: 87_999, compareAtMinor: null })
    expect(black?.weightGrams).toBe(8981)
    expect(machine.categories.map(({ path }) => path)).toEqual([['Kitchen', 'Coffee Machines']])
    expect(machine.attributes).toMatchObject({ wattage: '1400W', warranty: '2 Years' })
    await commerce.close()
  })

  test('a Best Buy product has keys made from its image, and its category path', async () => {
    const commerce = await shop('Best Buy')
    const product = await commerce.catalog.get({ sku: '4984700' })
    expect(product.handle).toMatch(/^at-t-gophone-samsung-galaxy-express-3-[a-z0-9-]+-[0-9a-f]{8}$/)
    expect(product.categories.map(({ path }) => path)).toEqual([['Cell Phones', 'Prepaid Phones', 'All Prepaid Phones']])
    expect(product.variants[0]?.prices).toEqual([{ currency: 'USD', amountMinor: 4999, compareAtMinor: null }])
    await commerce.close()
  })

  test('an Icecat product has typed attributes, a barcode and a category', async () => {
    const commerce = await shop('Icecat')
    const notebook = await commerce.catalog.get({ sku: '2101957' })
    expect(notebook.attributes).toMatchObject({
      model: 'dv7-1211ea',
      released: '2008-12-19',
      form_factor: 'Clamshell',
      display_diagonal: 17,
      touchscreen: false,
    })
    expect(notebook.categories.map(({ path }) => path)).toEqual([['Electronics', 'Notebook']])
    expect(notebook.variants[0]).toMatchObject({ barcode: '0884420588030', prices: [{ currency: 'USD', amountMinor: 10_995 }] })
    await commerce.close()
  })
})
