import type { Commerce } from '@cartwright/core'
import { type Narrator, price } from './narrator.ts'

/** What every part of the story has. */
export interface Stage {
  readonly commerce: Commerce
  readonly tell: Narrator
}

type Guest = Awaited<ReturnType<typeof browse>>
export type SignedIn = Awaited<ReturnType<typeof signUp>>

/** A guest looks around and fills a cart. */
export async function browse({ commerce, tell }: Stage) {
  tell.step('Browse', "commerce.catalog.list({ sort: 'price_asc', limit: 3, filter: { inStock: true } })")
  const page = await commerce.catalog.list({ sort: 'price_asc', limit: 3, filter: { inStock: true } })
  for (const product of page.items) tell.say(`${product.title}, from ${price(product.variants[0]?.prices[0])}`)

  tell.step('Search with a typo', "commerce.search.query({ text: 'runing shoes', facets: [{ type: 'category' }], didYouMean: true })")
  const found = await commerce.search.query({ text: 'runing shoes', filter: { inStock: true }, facets: [{ type: 'category' }], didYouMean: true })
  const [facet] = found.facets
  const counts = facet?.type === 'category' ? facet.values.map(({ path, count }) => `${path.join('/')} ${count}`) : []
  tell.say(`did you mean “${found.didYouMean}”? ${counts.join(', ')}`)
  for (const hit of found.items.slice(0, 3)) tell.say(`${hit.title} (${hit.sku})`)
  const [shoes, , , another] = found.items
  const extra = another ?? found.items.at(-1)
  if (shoes === undefined || extra === undefined || extra.sku === shoes.sku) throw new Error('the demo catalogue has too few running shoes')

  tell.step('Fill a guest cart', 'commerce.carts.create() … commerce.carts.addLine({ actor, cartId, sku, quantity: 2 })')
  const { cart, guestToken } = await commerce.carts.create()
  if (guestToken === undefined) throw new Error('a cart made without an actor belongs to a guest')
  const actor = { type: 'guest', token: guestToken } as const
  await commerce.carts.addLine({ actor, cartId: cart.id, sku: shoes.sku, quantity: 2 })
  const filled = await commerce.carts.addLine({ actor, cartId: cart.id, sku: extra.sku, quantity: 1 })
  for (const line of filled.lines) tell.say(`${line.quantity} × ${line.title} ${Object.values(line.options).join(' / ')}`)
  return { guestToken, guestCartId: cart.id }
}

/** The guest becomes a customer, and takes the cart along. */
export async function signUp({ commerce, tell }: Stage, { guestToken, guestCartId }: Guest) {
  tell.step('Sign up', 'commerce.accounts.register({ email, password }) … commerce.accounts.verifyEmail({ token, password })')
  const [email, password] = ['ada@example.com', 'correct horse battery staple']
  const { mail } = await commerce.accounts.register({ email, password, name: 'Ada Lovelace' })
  if (mail.kind !== 'verify_email') throw new Error(`expected a mail to verify the address, got ${mail.kind}`)
  const { token } = await commerce.accounts.verifyEmail({ token: mail.token, password })
  const { actor } = await commerce.sessions.authenticate({ token })
  tell.say(`${email} is confirmed and signed in; the password is kept as an Argon2id hash, tokens as digests`)

  tell.step('Merge the guest cart', 'commerce.carts.merge({ actor, guestCartId, guestToken })')
  const { cart } = await commerce.carts.merge({ actor, guestCartId, guestToken })
  tell.say(`${cart.lines.length} lines are the customer’s now`)
  return { actor, email, cartId: cart.id }
}
