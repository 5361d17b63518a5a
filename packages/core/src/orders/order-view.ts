import { type DisplayStatus, displayStatus, type Order } from './order.ts'

/** An order as it leaves the library: without the guest token's hash, with the word that buyers are shown. */
export type OrderView = Omit<Order, 'guestTokenHash'> & { readonly displayStatus: DisplayStatus }

/** An order with what was added to it, whatever became of that, oldest first; left out when nothing was. */
export type OrderWithAdditions = OrderView & { readonly additions?: readonly OrderView[] }

export function viewOrder(order: Order): OrderView {
  const { guestTokenHash: _hidden, ...rest } = order
  return { ...rest, displayStatus: displayStatus(order) }
}

export function viewWithAdditions(order: Order, additions: readonly Order[]): OrderWithAdditions {
  return { ...viewOrder(order), ...(additions.length === 0 ? {} : { additions: additions.map(viewOrder) }) }
}
