import type { Bench } from '../workbench.ts'

/** A guest's cart is merged into a customer's, and the call is repeated: its units are there once. */
export async function mergedOnce({ commerce, findings }: Bench): Promise<void> {
  const actor = { type: 'customer', customerId: 'ada' } as const
  const { cart: own } = await commerce.carts.create({ actor })
  const { cart: guests, guestToken = '' } = await commerce.carts.create()
  await commerce.carts.addLine({ actor, cartId: own.id, sku: 'HOT', quantity: 1 })
  await commerce.carts.addLine({ actor: { type: 'guest', token: guestToken }, cartId: guests.id, sku: 'HOT', quantity: 2 })
  for (const call of ['first', 'second']) {
    const { cart } = await commerce.carts.merge({ actor, guestCartId: guests.id, guestToken, cartId: own.id })
    findings.expect(cart.lines[0]?.quantity === 3, `${cart.lines[0]?.quantity} units in the cart after the ${call} merge`)
  }
}

/** A password is set by a token from a mail; the mail is then found by somebody else. */
export async function onePassword({ commerce, findings }: Bench): Promise<void> {
  const email = 'ada@example.com'
  await commerce.accounts.register({ email, password: 'the first one' })
  const { mail } = await commerce.accounts.requestPasswordReset({ email })
  const token = mail?.token ?? ''
  await commerce.accounts.resetPassword({ token, password: 'the second one' })
  await findings.refused('TOKEN_INVALID', 'the same token', commerce.accounts.resetPassword({ token, password: 'a stranger’s' }))
  await commerce.accounts.login({ email, password: 'the second one' })
}

/** What is on a wish list moves into a cart that has it already: its quantity there stays. */
export async function wishedTwice({ commerce, findings }: Bench): Promise<void> {
  const actor = { type: 'customer', customerId: 'ada' } as const
  const { cart } = await commerce.carts.create({ actor })
  await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'HOT', quantity: 2 })
  const { id: wishListId } = await commerce.wishLists.create({ actor, name: 'mine' })
  for (const note of ['first', 'second']) await commerce.wishLists.addItem({ actor, wishListId, sku: 'HOT', note })
  await commerce.wishLists.moveToCart({ actor, wishListId, cartId: cart.id })
  const { lines } = await commerce.carts.get({ actor, cartId: cart.id })
  findings.expect(lines[0]?.quantity === 2, `${lines[0]?.quantity} units in the cart of the two that were there`)
  findings.expect((await commerce.wishLists.get({ actor, wishListId })).items.length === 0, 'what was moved is still wished for')
}
