import type { OrderView } from '@cartwright/core'
import { type Cast, staff } from './cast.ts'
import type { Offer } from './shop-plan.ts'
import type { SimulatedServer } from './simulated-server.ts'

/** What is wrong with promotions, credit and the search, by what callers were told and nothing else. */
export async function sellingProblems(cast: Cast, server: SimulatedServer, orders: readonly OrderView[]): Promise<readonly string[]> {
  const sold = orders.filter(({ status }) => status === 'confirmed')
  return [
    ...orders.flatMap((order) => discountProblems(cast, order)),
    ...(await useProblems(cast, server, sold)),
    ...(await creditProblems(cast, server, orders)),
    ...(await searchProblems(cast, server)),
  ]
}

/** An order costs less by what its promotions take off one after the other, and by nothing else. */
function discountProblems({ plan, world: { tally } }: Cast, { number, lines, subtotalMinor, discountMinor, promotions = [] }: OrderView): readonly string[] {
  const applied = (plan.offers ?? []).filter(({ name }) => promotions.some((promotion) => promotion.name === name))
  let leftMinor = subtotalMinor
  for (const { effect } of applied.sort((a, b) => b.priority - a.priority))
    leftMinor -= effect.type === 'fixed' ? Math.min(effect.amountMinor, leftMinor) : Math.round((leftMinor * effect.basisPoints) / 10_000)
  const problems = applied.length < promotions.length ? [`${number}: made cheaper by what the shop does not have`] : []
  if (subtotalMinor - leftMinor !== discountMinor) problems.push(`${number}: ${discountMinor} off instead of ${subtotalMinor - leftMinor}`)
  for (const { sku, components } of lines) {
    const parts = Object.fromEntries(tally.bundles.get(sku) ?? [])
    const kept = Object.fromEntries((components ?? []).map((part) => [part.sku, part.quantity]))
    if (JSON.stringify(parts) !== JSON.stringify(kept)) problems.push(`${number}: ${sku} was sold as ${JSON.stringify(kept)}`)
  }
  return problems
}

/** No offer was had more often than it may be; and whoever comes now gets it if, and only if, one is left. */
async function useProblems(cast: Cast, server: SimulatedServer, sold: readonly OrderView[]): Promise<readonly string[]> {
  const problems: string[] = []
  for (const offer of cast.plan.offers ?? []) {
    const users = sold.filter(({ promotions = [] }) => promotions.some(({ name }) => name === offer.name))
    const { total, perCustomer, name } = offer
    if (total !== null && users.length > total) problems.push(`${name}: had ${users.length} times of ${total}`)
    for (const [who, theirs] of Map.groupBy(users, ({ customerId, email }) => customerId ?? email))
      if (perCustomer !== null && theirs.length > perCustomer) problems.push(`${name}: had ${theirs.length} times of ${perCustomer} by ${who}`)
    problems.push(...(await lastUse(cast, server, offer, users.length)))
  }
  return problems
}

async function lastUse({ world }: Cast, server: SimulatedServer, { name, code, total }: Offer, used: number): Promise<readonly string[]> {
  if (code === undefined) return []
  const { carts, vouchers } = server.commerce
  const counted = await world.call(server, 'read a code', () => vouchers.get({ actor: staff, code }))
  const problems = counted.outcome === 'answered' && counted.value.used !== used ? [`${name}: ${counted.value.used} uses counted of ${used}`] : []
  const actor = { type: 'customer', customerId: 'the last customer' } as const
  const made = await world.call(server, 'a last cart', () => carts.create({ actor }))
  if (made.outcome !== 'answered') return [...problems, 'the last customer has no cart']
  const tried = await world.call(server, 'try the code', () => carts.applyVoucher({ actor, cartId: made.value.cart.id, code }))
  const isLeft = total === null || used < total
  if ((tried.outcome === 'answered') !== isLeft) problems.push(`${name}: ${isLeft ? 'refused' : 'granted'} after ${used} uses of ${total ?? 'any number'}`)
  return problems
}

/** Every cent that was put on a card or given to a customer is there, or has paid an order that is sold. */
async function creditProblems({ world, plan }: Cast, server: SimulatedServer, orders: readonly OrderView[]): Promise<readonly string[]> {
  const problems: string[] = []
  const paidBy = new Map<string, number>()
  for (const { id: orderId, number, status, creditMinor } of orders) {
    if (creditMinor === 0) continue
    const parts = await world.call(server, 'what credit paid', () => server.commerce.orders.credits({ actor: staff, orderId }))
    if (parts.outcome !== 'answered') return [`${number}: nobody says what credit paid of it`]
    let standing = 0
    for (const { accountId, amountMinor, returnedMinor } of parts.value) {
      standing += amountMinor - returnedMinor
      paidBy.set(accountId, (paidBy.get(accountId) ?? 0) + amountMinor - returnedMinor)
    }
    const owed = status === 'confirmed' ? creditMinor : 0
    if (standing !== owed) problems.push(`${number} is ${status}, and credit pays ${standing} of it instead of ${owed}`)
  }
  let leftMinor = 0
  for (const [giftCardId, { amountMinor }] of world.tally.giftCards) {
    const card = await world.call(server, 'look at a card', () => server.commerce.giftCards.find({ actor: staff, giftCardId }))
    const balanceMinor = card.outcome === 'answered' ? card.value.balanceMinor : 0
    leftMinor += balanceMinor
    const paid = paidBy.get(giftCardId) ?? 0
    if (balanceMinor !== amountMinor - paid) problems.push(`a card of ${amountMinor} that paid ${paid} has ${balanceMinor}`)
  }
  for (const customerId of world.tally.grants.keys()) {
    const { currency } = plan
    const balance = await world.call(server, 'look at store credit', () => server.commerce.storeCredit.balance({ actor: staff, customerId, currency }))
    leftMinor += balance.outcome === 'answered' ? balance.value.balanceMinor : 0
  }
  const given = [...world.tally.giftCards.values()].map(({ amountMinor }) => amountMinor).concat(...world.tally.grants.values())
  const givenMinor = given.reduce((sum, amountMinor) => sum + amountMinor, 0)
  const paidMinor = orders.reduce((sum, { status, creditMinor }) => sum + (status === 'confirmed' ? creditMinor : 0), 0)
  if (givenMinor !== leftMinor + paidMinor) problems.push(`${givenMinor} of credit was given, ${leftMinor} is left and ${paidMinor} was paid`)
  return problems
}

/** Whatever has failed on the way, the index has in the end what is on sale, and nothing else. */
async function searchProblems({ world, plan }: Cast, server: SimulatedServer): Promise<readonly string[]> {
  if (world.rates.service === undefined) return []
  const problems: string[] = []
  for (const { handle } of plan.goods) {
    const found = await world.call(server, 'search', () => server.commerce.search.query({ text: handle, limit: 100 }))
    if (found.outcome !== 'answered') return ['the search does not answer']
    if (found.value.degraded) problems.push('the search is still degraded')
    const product = await world.call(server, `find ${handle}`, () => server.commerce.catalog.get({ handle, includeHidden: true }))
    const isOnSale = product.outcome === 'answered' && product.value.status === 'published'
    const isFound = found.value.items.some((hit) => hit.handle === handle)
    if (isOnSale !== isFound) problems.push(`${handle} is ${isOnSale ? 'on sale' : 'not on sale'} and ${isFound ? 'found' : 'not found'}`)
  }
  return problems
}
