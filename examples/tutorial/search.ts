import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce } from '@cartwright/core'

const commerce = await createCommerce({ storage: sqliteStorage({ file: process.argv[2] ?? 'search.db' }), currency: 'EUR' })
const staff = { type: 'admin', id: 'grace' } as const

const product = (handle: string, title: string, category: string, colour: string, amountMinor: number) => ({
  ...{ handle, title, categories: [['Kitchen', category]], attributes: { colour } },
  description: `Our ${title.toLowerCase()}, made to last.`,
  variants: [{ sku: handle.toUpperCase(), prices: [{ currency: 'EUR', amountMinor }], stock: [{ quantity: 5 }] }],
})
const { results } = await commerce.catalog.upsertMany({
  products: [
    product('copper-kettle', 'Copper kettle', 'Kettles', 'copper', 8900),
    product('steel-kettle', 'Steel kettle', 'Kettles', 'silver', 3900),
    product('travel-kettle', 'Travel kettle', 'Kettles', 'silver', 1900),
    product('copper-pan', 'Copper pan', 'Pans', 'copper', 12900),
    product('water-boiler', 'Water boiler', 'Boilers', 'white', 5900),
  ],
})
const handles = (items: readonly { readonly handle: string }[]) => items.map(({ handle }) => handle).join(', ')

// #region facets
const page = await commerce.search.query({
  text: 'kettle',
  filter: { attributes: { colour: ['silver', 'white'] }, inStock: true },
  facets: [{ type: 'attribute', name: 'colour' }, { type: 'category', below: ['Kitchen'] }, { type: 'price' }, { type: 'rating' }],
  sort: 'price_asc',
})
console.log(handles(page.items))
for (const facet of page.facets) {
  if (facet.type === 'attribute') console.log(facet.values.map(({ value, count }) => `${value} ${count}`).join(', '))
}
// #endregion facets

// #region browse
const browsed = await commerce.search.query({ text: '', filter: { category: ['Kitchen', 'Pans'] }, facets: [{ type: 'category', below: ['Kitchen'] }] })
console.log(handles(browsed.items))
// #endregion browse

// #region spelling
const { didYouMean, items } = await commerce.search.query({ text: 'coper ketlle', didYouMean: true, highlight: true })
const [hit] = items
console.log(didYouMean, '|', hit?.highlights?.title.map(({ text, match }) => (match ? `[${text}]` : text)).join(''))
// #endregion spelling

// #region suggest
const { completions, products } = await commerce.search.suggest({ text: 'copper ke' })
console.log(completions.map(({ text }) => text).join(), '|', handles(products))
// #endregion suggest

// #region settings
const boiler = results.find((result) => 'productId' in result && result.handle === 'water-boiler')
if (boiler === undefined || !('productId' in boiler)) throw new Error('the boiler was not imported')
const before = await commerce.search.settings({ actor: staff })
await commerce.search.saveSettings({
  actor: staff,
  version: before.version,
  synonyms: [{ words: ['kettle', 'teapot'] }, { words: ['cookware'], alsoFind: ['pan'] }],
  rules: [
    {
      name: 'boilers sell',
      when: { text: 'kettle' },
      pins: [{ productId: boiler.productId, position: 1 }],
      boost: { attributes: [{ name: 'colour', value: 'copper' }] },
    },
  ],
})
console.log(handles((await commerce.search.query({ text: 'kettle' })).items))
console.log(handles((await commerce.search.query({ text: 'cookware' })).items))
// #endregion settings

await commerce.close()
