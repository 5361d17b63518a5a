// #region open
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type AccountMail, createCommerce } from '@cartwright/core'
import { argon2Passwords } from '@cartwright/passwords-argon2'

const commerce = await createCommerce({
  storage: sqliteStorage({ file: ':memory:' }),
  currency: 'USD',
  accounts: { passwords: argon2Passwords() },
})
// #endregion open

await commerce.catalog.upsertMany({
  products: [{ handle: 'leaflet', title: 'Leaflet', variants: [{ sku: 'LEAFLET', prices: [{ currency: 'USD', amountMinor: 0 }], stock: [{ quantity: 50 }] }] }],
})
const [email, password] = ['ada@example.com', 'correct horse battery']
const home = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' }

/** A guest with two leaflets in a cart. */
async function guestCart() {
  const { cart, guestToken } = await commerce.carts.create()
  if (guestToken === undefined) throw new Error('a cart made without an actor belongs to a guest')
  const guest = { type: 'guest', token: guestToken } as const
  await commerce.carts.addLine({ actor: guest, cartId: cart.id, sku: 'LEAFLET', quantity: 2 })
  return { guest, guestToken, guestCartId: cart.id }
}

const earlier = await guestCart()
const quoted = await commerce.checkout.quote({ actor: earlier.guest, cartId: earlier.guestCartId, shippingAddress: home, shippingMethod: 'standard' })
await commerce.checkout.place({ actor: earlier.guest, cartId: earlier.guestCartId, expectedTotal: quoted.total, email, idempotencyKey: 'first' })
const { guestToken, guestCartId } = await guestCart()

/** Where a shop would send a mail. */
const sent: AccountMail[] = []

// #region register
const { mail } = await commerce.accounts.register({ email, password, name: 'Ada', client: '192.0.2.1' })
sent.push(mail) // the host sends it, and answers "look into your mail" whatever `mail.kind` is
// #endregion register

// #region verify
const { token } = await commerce.accounts.verifyEmail({ token: sent[0]?.token ?? '', password }) // the link in the mail leads to a form that asks for the password
const { actor } = await commerce.sessions.authenticate({ token }) // at each request, from the cookie
// #endregion verify

// #region before
const { cart, problems } = await commerce.carts.merge({ actor, guestCartId, guestToken })
const { orderIds } = await commerce.customers.claimOrders({ actor })
console.log(`${cart.lines[0]?.quantity} leaflets in the cart, ${problems.length} problems, ${orderIds.length} order from before`)
// #endregion before

// #region address
const { id: addressId } = await commerce.customers.putAddress({ actor, address: home })
const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress: { addressId }, shippingMethod: 'standard' })
// #endregion address
const placed = await commerce.checkout.place({ actor, cartId: cart.id, expectedTotal: quote.total, idempotencyKey: 'second' })
console.log(`order for ${placed.order.shippingAddress.name}: ${placed.outcome}`)

// #region again
const again = await commerce.accounts.login({ email, password, client: '192.0.2.1', previousToken: token })
const sessions = await commerce.sessions.list({ actor })
console.log(`signed in at ${sessions.length} place, until ${again.session.endsAt > again.session.expiresAt ? 'it is left alone' : 'the end'}`)
// #endregion again

// #region rights
const everything = await commerce.customers.export({ actor })
console.log(`known of Ada: ${everything.orders.length} orders, ${everything.addresses.length} address`)
// #endregion rights

await commerce.close()
