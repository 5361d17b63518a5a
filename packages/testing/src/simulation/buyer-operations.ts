import type { Placed } from '@cartwright/core'
import type { FakeMethodName } from '../fake-payments/fake-methods.ts'
import { address, anyOf, type Buyer, nextNumber, type Operation, type Scene, sendKeyed } from './cast.ts'
import { KeyedCall } from './keyed-call.ts'
import { chance, weighted } from './seed-streams.ts'
import { chooseCredits, tryCode } from './selling-operations.ts'

const methods: readonly (readonly [number, FakeMethodName])[] = [
  [5, 'card_ok'],
  [2, 'card_declined'],
  [2, 'card_requires_action'],
  [1, 'card_timeout'],
  [1, 'card_unreachable'],
  [1, 'card_late'],
  [1, 'card_never'],
  [1, 'card_slow_refund'],
]

function randomPayment({ random }: Scene) {
  const capture = chance(random, 0.35) ? ('manual' as const) : ('automatic' as const)
  return { provider: 'fake', method: weighted(random, methods), capture }
}

/** A guest comes, or a customer, or one of the customers opens another cart; some goods go into it. */
export const arrive: Operation = async (scene) => {
  const { cast, world, random, server, commerce, plan } = scene
  const customer = chance(random, 0.4) ? `customer-${random.integer(1, 3)}` : undefined
  const goods = Array.from({ length: random.integer(1, 2) }, () => ({ sku: random.pick(plan.goods).sku, quantity: random.integer(1, 3) }))
  const owner = customer === undefined ? {} : { actor: { type: 'customer' as const, customerId: customer } }
  const made = await world.call(server, 'create a cart', () => commerce.carts.create(owner))
  if (made.outcome !== 'answered') return
  const { cart, guestToken } = made.value
  const actor = owner.actor ?? { type: 'guest' as const, token: guestToken ?? '' }
  const mail = plan.offers !== undefined && actor.type === 'guest' ? { email: `guest-${random.integer(1, 3)}@example.com` } : {}
  const buyer: Buyer = { actor, cartId: cart.id, ...mail, total: undefined, dueMinor: undefined, placements: [] }
  cast.buyers.push(buyer)
  for (const { sku, quantity } of goods)
    await world.call(server, `add ${sku}`, () => commerce.carts.addLine({ actor: buyer.actor, cartId: buyer.cartId, sku, quantity }))
  if (plan.offers !== undefined && chance(random, 0.6)) await tryCode(scene, buyer)
  await quote(scene, buyer)
}

async function quote(scene: Scene, buyer: Buyer): Promise<void> {
  const { world, server, commerce } = scene
  const { actor, cartId } = buyer
  const params = { actor, cartId, shippingAddress: address, shippingMethod: 'standard', ...chooseCredits(scene, actor) }
  const quoted = await world.call(server, 'quote', () => commerce.checkout.quote(params))
  if (quoted.outcome !== 'answered') return
  buyer.total = quoted.value.total
  buyer.dueMinor = quoted.value.dueMinor
}

/** Changes what is in a cart. */
export const edit: Operation = async ({ world, random, server, commerce, plan, buyers }) => {
  const buyer = anyOf(random, buyers)
  if (buyer === undefined) return
  const { actor, cartId } = buyer
  const { sku } = random.pick(plan.goods)
  const quantity = random.integer(1, 3)
  const kind = random.pick(['add', 'add', 'update', 'remove'])
  await world.call(server, `${kind} ${sku}`, () => {
    if (kind === 'remove') return commerce.carts.removeLine({ actor, cartId, sku })
    return kind === 'add' ? commerce.carts.addLine({ actor, cartId, sku, quantity }) : commerce.carts.updateLine({ actor, cartId, sku, quantity })
  })
}

/** Places a cart under a new key, with or without asking for the price first. */
export const place: Operation = async (scene) => {
  const { cast, world, random, buyers } = scene
  const buyer = anyOf(random, buyers)
  if (buyer === undefined) return
  const payment = randomPayment(scene)
  if (chance(random, 0.5)) await quote(scene, buyer)
  const { actor, cartId, email, total, dueMinor = 0 } = buyer
  if (total === undefined) return
  const due = scene.plan.giftCards !== undefined && chance(random, 0.7) ? { expectedDue: { ...total, amountMinor: dueMinor } } : {}
  const params = { actor, cartId, expectedTotal: total, ...due, payment, ...(email === undefined ? {} : { email }) }
  const idempotencyKey = `place-${nextNumber(scene)}`
  const call = new KeyedCall<Placed>({
    what: `${idempotencyKey} of cart ${cast.buyers.indexOf(buyer)} with ${payment.method} ${payment.capture}`,
    send: (commerce) => commerce.checkout.place({ ...params, idempotencyKey }),
    identity: ({ order }) => order.id,
    isOfOrder: true,
    book: ({ outcome, order }) => {
      world.say(`  ${idempotencyKey} -> ${outcome} ${order.number}`)
      world.tally.see(order)
      if (order.totalMinor !== total.amountMinor || order.currency !== total.currency)
        world.problems.push(`${idempotencyKey} agreed to ${total.amountMinor} ${total.currency} and was sold for ${order.totalMinor} ${order.currency}`)
      if (due.expectedDue !== undefined && order.totalMinor - order.creditMinor !== dueMinor)
        world.problems.push(`${idempotencyKey} agreed to pay ${dueMinor} and is asked for ${order.totalMinor - order.creditMinor}`)
    },
  })
  buyer.placements.push(call as KeyedCall)
  await sendKeyed(scene, call)
}

/** Sends an earlier call again, under its key, whatever became of it. */
export const repeat: Operation = async ({ world, random, server, keyedCalls }) => {
  await anyOf(random, keyedCalls)?.run(world, server)
}

/** An order that one of the buyers sees, and its owner. */
export async function someOrder({ world, random, server, commerce, buyers }: Scene) {
  const buyer = anyOf(random, buyers)
  if (buyer === undefined) return undefined
  const listed = await world.call(server, 'list orders', () => commerce.orders.list({ actor: buyer.actor }))
  if (listed.outcome !== 'answered') return undefined
  for (const order of listed.value.items) world.tally.see(order)
  const order = anyOf(random, listed.value.items)
  return order === undefined ? undefined : { buyer, order }
}

/** Goes on with an order: with another card, or to learn what became of the last one. */
export const resume: Operation = async (scene) => {
  const { world, random } = scene
  const found = await someOrder(scene)
  if (found === undefined) return
  const { order, buyer } = found
  const payment = chance(random, 0.6) ? { payment: randomPayment(scene) } : {}
  const idempotencyKey = `resume-${nextNumber(scene)}`
  const call = new KeyedCall<Placed>({
    what: `${idempotencyKey} of ${order.number} ${payment.payment?.method ?? ''}`,
    send: (commerce) => commerce.checkout.resume({ actor: buyer.actor, orderId: order.id, idempotencyKey, ...payment }),
    identity: (answer) => answer.order.id,
    isOfOrder: true,
    book: (answer) => {
      world.say(`  ${idempotencyKey} -> ${answer.outcome}`)
      world.tally.see(answer.order)
    },
  })
  await sendKeyed(scene, call)
}

/** Looks at an order that is somebody else's. */
export const pry: Operation = async (scene) => {
  const { world, random, server, commerce, buyers } = scene
  const found = await someOrder(scene)
  const other = anyOf(random, buyers)
  if (found === undefined || other === undefined || JSON.stringify(other.actor) === JSON.stringify(found.buyer.actor)) return
  const seen = await world.call(server, 'look at a stranger’s order', () => commerce.orders.get({ actor: other.actor, id: found.order.id }))
  if (seen.outcome === 'answered') world.problems.push(`order ${found.order.number} was shown to a stranger`)
}
