import { type DisplayStatus, displayStatus, type Order } from './order.ts'

/** An order as it leaves the library: without the guest token's hash, with the word that buyers are shown. */
export type OrderView = Omit<Order, 'guestTokenHash'> & { readonly displayStatus: DisplayStatus }

export function viewOrder(order: Order): OrderView {
  const { guestTokenHash: _hidden, ...rest } = order
  return { ...rest, displayStatus: displayStatus(order) }
}
