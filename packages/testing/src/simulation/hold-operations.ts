import { anyOf, nextNumber, type Operation, type Scene } from './cast.ts'
import type { ToldHold } from './tally.ts'

const minute = 60_000

/** The host's own code holds units, as a till or a marketplace would. */
export const reserve: Operation = async (scene) => {
  const { world, random, server, commerce, plan } = scene
  const tracked = plan.goods.filter(({ stockTracked }) => stockTracked)
  const goods = anyOf(random, tracked)
  if (goods === undefined) return
  const quantity = random.integer(1, 2)
  const reservationId = world.ids.next<string>()
  const told: ToldHold = {
    reservationId,
    units: { [goods.sku]: quantity },
    held: false,
    commitAsked: false,
    committed: false,
    releaseAsked: false,
    released: false,
    consumed: new Map(),
    maybeConsumed: new Map(),
  }
  world.tally.holds.set(reservationId, told)
  const claims = [{ sku: goods.sku, quantity, ...(random.integer(0, 2) === 0 ? { split: false } : {}) }]
  const params = { reservationId, claims, holder: { type: 'external' as const, id: `till-${nextNumber(scene)}` }, ttlMs: random.pick([5, 20, 60]) * minute }
  const ended = await world.call(server, `hold ${quantity} ${goods.sku}`, () => commerce.inventory.reserve(params))
  if (ended.outcome === 'answered') told.held = true
}

function someHold({ world, random }: Scene): ToldHold | undefined {
  return anyOf(random, [...world.tally.holds.values()])
}

export const extend: Operation = async (scene) => {
  const hold = someHold(scene)
  if (hold === undefined) return
  const ttlMs = scene.random.pick([10, 40]) * minute
  await ownWay(scene, 'extend a hold', () => scene.commerce.inventory.extend({ reservationId: hold.reservationId, ttlMs }))
}

export const commit: Operation = async (scene) => {
  const hold = someHold(scene)
  if (hold === undefined) return
  hold.commitAsked = true
  if (await ownWay(scene, 'commit a hold', () => scene.commerce.inventory.commit({ reservationId: hold.reservationId }))) hold.committed = true
}

export const release: Operation = async (scene) => {
  const hold = someHold(scene)
  if (hold === undefined) return
  hold.releaseAsked = true
  if (await ownWay(scene, 'release a hold', () => scene.commerce.inventory.release({ reservationId: hold.reservationId }))) hold.released = true
}

export const consume: Operation = async (scene) => {
  const hold = someHold(scene)
  const [sku, units] = Object.entries(hold?.units ?? {})[0] ?? []
  if (hold === undefined || sku === undefined || units === undefined) return
  const quantity = scene.random.integer(1, units)
  hold.maybeConsumed.set(sku, (hold.maybeConsumed.get(sku) ?? 0) + quantity)
  const params = { reservationId: hold.reservationId, lines: [{ sku, quantity }], referenceId: `sale-${nextNumber(scene)}` }
  if (await ownWay(scene, 'consume of a hold', () => scene.commerce.inventory.consume(params))) hold.consumed.set(sku, (hold.consumed.get(sku) ?? 0) + quantity)
}

/** These calls may be made in any state: that a state has no such step is an answer. @returns whether it was done. */
async function ownWay({ world, server }: Scene, what: string, work: () => Promise<unknown>): Promise<boolean> {
  const ended = await world.call(server, what, work, /^ILLEGAL_TRANSITION$/)
  return ended.outcome === 'answered'
}
