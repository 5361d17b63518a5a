import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce, isCommerceError } from '@cartwright/core'

const commerce = await createCommerce({ storage: sqliteStorage({ file: process.argv[2] ?? 'wish-lists.db' }), currency: 'EUR' })
const variant = (sku: string, amountMinor: number, quantity: number) => ({ sku, prices: [{ currency: 'EUR', amountMinor }], stock: [{ quantity }] })
await commerce.catalog.upsertMany({
  products: [
    { handle: 'pan', title: 'Iron pan', variants: [variant('PAN', 5900, 4)] },
    { handle: 'knife', title: 'Bread knife', variants: [variant('KNIFE', 3200, 0)] },
  ],
})

const ada = { type: 'customer', customerId: 'ada' } as const
// #region make
const { id: wishListId } = await commerce.wishLists.create({ actor: ada, name: 'New kitchen' })
await commerce.wishLists.addItem({ actor: ada, wishListId, sku: 'PAN', note: 'the large one' })
await commerce.wishLists.addItem({ actor: ada, wishListId, sku: 'KNIFE' })
await commerce.wishLists.addItem({ actor: ada, wishListId, sku: 'KNIFE' }) // is on it already
// #endregion make

// #region look
const { items } = await commerce.wishLists.get({ actor: ada, wishListId })
for (const { title, unitMinor, inStock } of items) console.log(`${title}: ${unitMinor}${inStock ? '' : ', sold out'}`)
// #endregion look

// #region share
const { token } = await commerce.wishLists.share({ actor: ada, wishListId })
const shared = await commerce.wishLists.getShared({ token })
console.log(`${shared.name}: ${shared.items.map(({ title }) => title).join(', ')}`)
// #endregion share

// #region unshare
await commerce.wishLists.unshare({ actor: ada, wishListId })
try {
  await commerce.wishLists.getShared({ token })
} catch (error) {
  if (!isCommerceError(error, 'NOT_FOUND')) throw error
  console.log(`no such ${error.details.object}`)
}
// #endregion unshare

// #region move
const { cart } = await commerce.carts.create({ actor: ada })
const { moved, problems } = await commerce.wishLists.moveToCart({ actor: ada, wishListId, cartId: cart.id })
console.log(`moved ${moved.join(', ')}; ${problems.map(({ sku, type }) => `${sku}: ${type}`).join(', ')}`)
// #endregion move

await commerce.close()
