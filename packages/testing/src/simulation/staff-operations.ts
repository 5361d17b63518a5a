import type { Fulfilment, OrderView } from '@cartwright/core'
import { someOrder } from './buyer-operations.ts'
import { anyOf, nextNumber, type Operation, type Scene, sendKeyed, staff } from './cast.ts'
import { KeyedCall } from './keyed-call.ts'
import { chance } from './seed-streams.ts'
import { unitsOf } from './tally.ts'

/** Gives up an order, as its buyer or as staff. */
export const cancel: Operation = async (scene) => {
  const { world, random, server, commerce } = scene
  const byStaff = chance(random, 0.4)
  const found = await someOrder(scene)
  if (found === undefined) return
  const { order, buyer } = found
  world.tally.see(order).cancelAsked = true
  const ended = await world.call(server, `cancel ${order.number}`, () => commerce.checkout.cancel({ actor: byStaff ? staff : buyer.actor, orderId: order.id }))
  if (ended.outcome !== 'answered') return
  world.say(`  cancel ${order.number} -> ${ended.value.status}`)
  world.tally.see(ended.value)
}

/** Takes the money of an authorised payment. */
export const capture: Operation = async (scene) => {
  const { world, server, commerce } = scene
  const found = await someOrder(scene)
  if (found === undefined) return
  const { order } = found
  // Before the call: by the time of its answer, the order may have been cancelled.
  const told = world.tally.see(order)
  const ended = await world.call(server, `capture ${order.number}`, () => commerce.payments.capture({ actor: staff, orderId: order.id }))
  if (ended.outcome !== 'answered') return
  world.say(`  capture ${order.number} -> ${ended.value.status}`)
  if (ended.value.status === 'captured') told.captured = true
}

/** Some units of the lines that are not shipped yet. */
function someLines({ random }: Scene, order: OrderView) {
  const open = order.lines.filter((line) => line.quantity > line.fulfilledQuantity)
  const line = anyOf(random, open)
  return line === undefined ? {} : { lines: [{ orderLineId: line.id as string, quantity: random.integer(1, line.quantity - line.fulfilledQuantity) }] }
}

/** Ships all that is left of an order, or some of it. */
export const fulfil: Operation = async (scene) => {
  const { world, random } = scene
  const partly = chance(random, 0.5)
  const found = await someOrder(scene)
  if (found === undefined) return
  const { order } = found
  const idempotencyKey = `ship-${nextNumber(scene)}`
  const lines = partly ? someLines(scene, order) : {}
  const call = new KeyedCall<Fulfilment>({
    what: `${idempotencyKey} of ${order.number} ${lines.lines?.[0]?.quantity ?? 'all'}`,
    send: (commerce) => commerce.orders.fulfil({ actor: staff, orderId: order.id, idempotencyKey, ...lines }),
    identity: ({ id }) => id,
    book: (parcel, first) => {
      if (!first) return
      const skuOf = new Map(order.lines.map(({ id, sku }) => [id as string, sku]))
      const units = unitsOf(parcel.lines.map(({ orderLineId, quantity }) => ({ sku: skuOf.get(orderLineId) ?? '', quantity })))
      world.say(`  ${idempotencyKey} -> ${JSON.stringify(units)}`)
      world.tally.parcels.set(parcel.id, { orderId: order.id, units, delivered: false })
    },
  })
  await sendKeyed(scene, call)
}

/** Records that a parcel has arrived. */
export const deliver: Operation = async ({ world, random, server, commerce }) => {
  const found = anyOf(random, [...world.tally.parcels])
  if (found === undefined) return
  const [fulfilmentId, parcel] = found
  const ended = await world.call(server, 'deliver a parcel', () => commerce.orders.deliver({ actor: staff, fulfilmentId }))
  if (ended.outcome === 'answered') parcel.delivered = true
}

export const reprice: Operation = async ({ world, random, server, commerce, plan }) => {
  const { sku, priceMinor } = random.pick(plan.goods)
  if (priceMinor === 0) return
  const amountMinor = random.pick([500, 999, 1000, 1500, 2000])
  world.tally.price(sku, amountMinor)
  await world.call(server, `price of ${sku}: ${amountMinor}`, () => commerce.catalog.setPrice({ sku, price: { amountMinor, currency: plan.currency } }))
}

/** Takes a product off sale, or puts it back. */
export const publishOrArchive: Operation = async ({ world, random, server, commerce, plan }) => {
  const { handle } = random.pick(plan.goods)
  const archive = chance(random, 0.35)
  const found = await world.call(server, `find ${handle}`, () => commerce.catalog.get({ handle, includeHidden: true }))
  if (found.outcome !== 'answered') return
  const productId = found.value.id
  await world.call(server, `${archive ? 'archive' : 'publish'} ${handle}`, () =>
    archive ? commerce.catalog.archive({ productId }) : commerce.catalog.publish({ productId }),
  )
}

/** Goods come, or go otherwise than by sale. */
export const adjust: Operation = async (scene) => {
  const { world, random, plan } = scene
  const goods = anyOf(
    random,
    plan.goods.filter(({ stockTracked }) => stockTracked),
  )
  if (goods === undefined) return
  const { sku } = goods
  const location = random.pick(plan.locations)
  const by = random.pick([-2, -1, 1, 2, 3])
  const shortfall = chance(random, 0.15) ? ('backorder' as const) : ('refuse' as const)
  if (shortfall === 'backorder') world.tally.owed.add(sku)
  const idempotencyKey = `adjust-${nextNumber(scene)}`
  const call = new KeyedCall<{ readonly delta: number }>({
    what: `${idempotencyKey}: ${sku} by ${by} in ${location} (${shortfall})`,
    send: (commerce) => commerce.inventory.adjust({ sku, location, by, reason: by > 0 ? 'received' : 'damaged', shortfall, idempotencyKey }),
    identity: ({ delta }) => String(delta),
    book: ({ delta }, first) => {
      if (first) world.tally.receive(sku, delta)
    },
  })
  await sendKeyed(scene, call)
}
