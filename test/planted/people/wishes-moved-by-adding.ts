import type { Commerce } from '@cartwright/core'
import { overlay } from '../overlay.ts'

/** Moves a wish list into a cart by adding a unit of each, as a shop does that thinks of nobody who taps twice. */
export function wishesMovedByAdding(commerce: Commerce): Commerce {
  const wishLists = overlay(commerce.wishLists, {
    moveToCart: async ({ actor, wishListId, cartId }) => {
      const { items } = await commerce.wishLists.get({ actor, wishListId })
      let cart = await commerce.carts.get({ actor, cartId })
      for (const { sku } of items) cart = await commerce.carts.addLine({ actor, cartId, sku, quantity: 1 })
      for (const { sku } of items) await commerce.wishLists.removeItem({ actor, wishListId, sku })
      return { cart, moved: items.map(({ sku }) => sku), problems: [] }
    },
  })
  return overlay(commerce, { wishLists })
}
