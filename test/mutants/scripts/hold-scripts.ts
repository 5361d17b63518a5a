import { isCommerceError } from '@cartwright/core'
import type { Script } from '../script.ts'

/** A held cart is one reservation, before its order and after. */
export const heldCart: Script = async ({ commerce, findings, quoted, place, stock, settle }) => {
  const cart = await quoted('ada', { HOT: 6 })
  await commerce.carts.hold({ actor: { type: 'customer', customerId: 'ada' }, cartId: cart.cartId })
  findings.expect((await stock('HOT')).reserved === 6, 'a hold of six units does not reserve six')
  try {
    await place(cart, 'card_ok', 'a')
  } catch (error) {
    if (!isCommerceError(error, 'OUT_OF_STOCK')) throw error
    findings.expect(false, 'an order was refused for units that its own cart held')
  }
  findings.expect((await stock('HOT')).reserved === 6, 'a hold goes on beside the order that it was for')
  await settle()
}

/** A customer holds one cart at a time. */
export const oneHold: Script = async ({ commerce, findings, quoted, settle }) => {
  const actor = { type: 'customer', customerId: 'ada' } as const
  const [first, second] = [await quoted('ada', { HOT: 1 }), await quoted('ada', { HOT: 2 })]
  await commerce.carts.hold({ actor, cartId: first.cartId })
  await findings.refused('HOLD_LIMIT', 'a second held cart', commerce.carts.hold({ actor, cartId: second.cartId }))
  await settle()
}
