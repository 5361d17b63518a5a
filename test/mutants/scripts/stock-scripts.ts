import type { Script } from '../script.ts'
import { staff } from '../workbench.ts'

const minute = 60_000

/** What is held for one buyer is not sold to another, and comes back when the first one gives up. */
export const heldUnits: Script = async ({ commerce, findings, quoted, place, stock, settle }) => {
  const first = await place(await quoted('ada', { HOT: 6 }), 'card_requires_action', 'a')
  const second = await quoted('bob', { HOT: 6 })
  await findings.refused('OUT_OF_STOCK', 'an order for units that are held', place(second, 'card_ok', 'b'))
  await commerce.checkout.cancel({ actor: staff, orderId: first.order.id })
  findings.expect((await stock('HOT')).reserved === 0, 'units are reserved for an order that was cancelled')
  findings.expect((await place(second, 'card_ok', 'c')).outcome === 'confirmed', 'units that came back were not sold')
  await settle()
}

/** All lines or none: a short line leaves nothing reserved for the others. */
export const allOrNone: Script = async ({ findings, quoted, place, stock, settle }) => {
  await findings.refused('OUT_OF_STOCK', 'an order with a short line', place(await quoted('ada', { HOT: 2, TEE: 6 }), 'card_ok', 'a'))
  findings.expect((await stock('HOT')).reserved === 0, 'units of another line are still reserved')
  await settle()
}

/** A buyer who walks away gives the units back, by the worker. */
export const walkAway: Script = async ({ clock, commerce, findings, quoted, place, order, stock, settle }) => {
  const { order: placed } = await place(await quoted('ada', { HOT: 10 }), 'card_requires_action', 'a')
  clock.advance(40 * minute)
  await commerce.worker.runOnce()
  findings.expect((await order(placed.id)).status === 'expired', 'an order that nobody paid has not expired')
  findings.expect((await stock('HOT')).reserved === 0, 'units are reserved for an order that has expired')
  await settle()
}

/** A second release of one reservation does nothing, and only its own units come back. */
export const releasedTwice: Script = async ({ commerce, findings, stock }) => {
  const holder = { type: 'external', id: 'a promotion' } as const
  const hold = (quantity: number) => commerce.inventory.reserve({ claims: [{ sku: 'HOT', quantity }], holder, ttlMs: 60 * minute })
  const { reservationId } = await hold(4)
  await hold(3)
  await commerce.inventory.release({ reservationId })
  await commerce.inventory.release({ reservationId }).catch(() => {})
  const { onHand, reserved } = await stock('HOT')
  findings.expect(onHand === 10, `${onHand} on hand of 10 after a second release`)
  findings.expect(reserved === 3, `${reserved} reserved instead of 3 after a second release`)
}

/** Staff cannot take away what is promised to buyers. */
export const takenFromBuyers: Script = async ({ commerce, findings, quoted, place, settle }) => {
  await place(await quoted('ada', { HOT: 8 }), 'card_ok', 'a')
  await findings.refused('STOCK_RESERVED', 'a count below what is sold', commerce.inventory.adjust({ sku: 'HOT', to: 5, reason: 'counted' }))
  await settle()
}

/** Money that comes after the hold has ended buys the units if they are there, and goes back if they are not. */
export const lateMoney: Script = async ({ clock, findings, quoted, place, order, settle }) => {
  const { order: late } = await place(await quoted('ada', { HOT: 6 }), 'card_timeout', 'a')
  clock.advance(20 * minute)
  findings.expect((await place(await quoted('bob', { HOT: 6 }), 'card_ok', 'b')).outcome === 'confirmed', 'units whose hold had ended were not sold')
  await settle()
  findings.expect((await order(late.id)).status === 'expired', 'an order was confirmed without its units')
}

/** What a paid order holds, it holds for good. */
export const keptForGood: Script = async ({ clock, commerce, findings, quoted, place, settle }) => {
  await place(await quoted('ada', { HOT: 6 }), 'card_ok', 'a')
  clock.advance(24 * 60 * minute)
  await commerce.worker.runOnce()
  await findings.refused('OUT_OF_STOCK', 'an order for units that are sold', place(await quoted('bob', { HOT: 6 }), 'card_ok', 'b'))
  await settle()
}

/** What is shipped has left the shelf, once. */
export const shipped: Script = async ({ commerce, findings, quoted, place, stock, settle }) => {
  const { order } = await place(await quoted('ada', { HOT: 4 }), 'card_ok', 'a')
  await commerce.orders.fulfil({ actor: staff, orderId: order.id })
  await findings.refused('NOTHING_TO_FULFIL', 'a second parcel', commerce.orders.fulfil({ actor: staff, orderId: order.id }))
  const { onHand, reserved } = await stock('HOT')
  findings.expect(onHand === 6 && reserved === 0, `${onHand} on hand and ${reserved} reserved after shipping 4 of 10`)
  await settle()
}

/** A preorder is promised up to its limit, and is not sent before its day. */
export const preordered: Script = async ({ clock, commerce, findings, quoted, place, stock }) => {
  const terms = { backorder: 'allow', backorderLimit: 3, availableFrom: '2026-04-01' } as const
  await commerce.catalog.upsertMany({
    products: [{ handle: 'novel', title: 'Novel', variants: [{ sku: 'NOVEL', prices: [{ currency: 'USD', amountMinor: 900 }], ...terms }] }],
  })
  const { order } = await place(await quoted('ada', { NOVEL: 2 }), 'card_ok', 'a')
  await findings.refused('OUT_OF_STOCK', 'an order beyond the limit', place(await quoted('bob', { NOVEL: 2 }), 'card_ok', 'b'))
  findings.expect((await place(await quoted('cy', { NOVEL: 1 }), 'card_ok', 'c')).outcome === 'confirmed', 'the last unit of the limit was not sold')
  await commerce.inventory.adjust({ sku: 'NOVEL', by: 3, reason: 'received' })
  const send = () => commerce.orders.fulfil({ actor: staff, orderId: order.id })
  await findings.refused('NOT_YET_AVAILABLE', 'a preorder before its day', send())
  clock.advance(40 * 24 * 60 * minute)
  await send()
  findings.expect((await stock('NOVEL')).onHand === 1, 'a preorder did not leave on its day')
}
