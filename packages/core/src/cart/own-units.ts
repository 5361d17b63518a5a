import type { Sellable } from '../catalog/product.ts'
import type { CartId } from '../ids.ts'
import type { Reservation } from '../inventory/stock.ts'
import { sellableClaims } from '../pricing/stock-terms.ts'
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
  if (!isShort(view)) return view
  const hold = await findHold(reading, cart.id)
  return hold === undefined ? view : cartView(cart, now, withHeldUnits(goods, hold), staleSince)
}

/** Whether the cart wants units that are not there: to be refused, or to be waited for. */
function isShort({ lines }: CartView): boolean {
  return lines.some(({ problems, availableFrom, expectedAt }) => expectedAt !== availableFrom || problems.some(({ type }) => type === 'insufficient'))
}

/** What a cart holds; undefined for one that holds nothing. */
export async function findHold({ carts, stock }: HoldReading, cartId: CartId): Promise<Reservation | undefined> {
  const hold = await carts.holdOf({ cartId })
  return hold && stock.findReservation({ reservationId: hold.reservationId })
}

/** The goods with what a cart holds of them among the units it can have. What is promised to it beyond the stock is so too, but where more may be promised: there it is waited for. */
export function withHeldUnits(goods: Goods, { lines }: Reservation): Goods {
  const waitedFor = new Set([...goods.sellables.values()].flatMap(backorderedSkus))
  const units = new Map(goods.units)
  for (const { sku, held, backordered } of lines) units.set(sku, (units.get(sku) ?? 0) + held + (waitedFor.has(sku) ? 0 : backordered))
  return { ...goods, units }
}

function backorderedSkus(sellable: Sellable): readonly string[] {
  return sellableClaims(sellable, 1).flatMap(({ sku, backorder }) => (backorder ? [sku] : []))
}
