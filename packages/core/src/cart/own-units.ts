import type { StorageSnapshot } from '../storage/storage.ts'
import type { Cart, CartView } from './cart.ts'
import { cartView, type Goods } from './cart-view.ts'

/** Where holds are read; a transaction has it too. */
interface HoldReading {
  readonly carts: Pick<StorageSnapshot['carts'], 'holdOf'>
  readonly stock: Pick<StorageSnapshot['stock'], 'findReservation'>
}

/** The cart as its buyer may see it, to whom what it holds is not short. A hold is looked up only where something is. */
export async function viewOwnCart(reading: HoldReading, cart: Cart, now: Date, goods: Goods, staleSince: Date | null = null): Promise<CartView> {
  const view = cartView(cart, now, goods, staleSince)
  if (!view.lines.some(({ problems }) => problems.some(({ type }) => type === 'insufficient'))) return view
  const hold = await reading.carts.holdOf({ cartId: cart.id })
  const reservation = hold && (await reading.stock.findReservation({ reservationId: hold.reservationId }))
  if (reservation === undefined) return view
  const units = new Map(goods.units)
  for (const { sku, held, backordered } of reservation.lines) units.set(sku, (units.get(sku) ?? 0) + held + backordered)
  return cartView(cart, now, { ...goods, units }, staleSince)
}
