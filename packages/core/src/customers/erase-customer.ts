import { customerHoldOwner } from '../cart/cart-hold.ts'
import { dropCartHolds } from '../cart/hold-cart.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { CustomerId, OrderId } from '../ids.ts'
import type { Order } from '../orders/order.ts'
import { allPages } from '../pages.ts'
import type { StorageSnapshot, StorageTransaction } from '../storage/storage.ts'
import { newPseudonym } from './customer.ts'
import { announceCustomer, newCustomer } from './customer-writer.ts'

/** Orders that a refusal names at most. */
const namedOrders = 20

/** What is left of a person. */
export interface ErasedCustomer {
  /** Orders that are kept, under `pseudonym`, without the person. */
  readonly orders: number
  readonly carts: number
  /** By which what is kept belongs together; it leads to nobody. */
  readonly pseudonym: string
}

export interface EraseOptions {
  /** Also with orders that are paid and not sent. @default false */
  readonly force?: boolean
  /** Asked under the customer's lock: nothing is done unless it says so. @default always */
  readonly provided?: (tx: StorageTransaction) => Promise<boolean>
}

/**
 * Takes a person out of the shop's records, in one transaction; carts leave the live store too.
 *
 * @returns undefined when `provided` said no.
 * @throws CUSTOMER_BUSY
 */
export async function eraseCustomer(context: Context, customerId: CustomerId, options: EraseOptions & { readonly provided?: never }): Promise<ErasedCustomer>
export async function eraseCustomer(context: Context, customerId: CustomerId, options: EraseOptions): Promise<ErasedCustomer | undefined>
export async function eraseCustomer(
  context: Context,
  customerId: CustomerId,
  { force = false, provided = async () => true }: EraseOptions,
): Promise<ErasedCustomer | undefined> {
  const { storage, clock, ids, liveCarts } = context
  const pseudonym = newPseudonym(ids.next<CustomerId>())
  const left = await storage.transaction(clock.now(), async (tx) => {
    const customer = (await tx.customers.lock({ customerId })) ?? newCustomer(customerId, tx.now)
    if (!(await provided(tx))) return undefined
    const busy = await openOrders(tx, customerId, force)
    if (busy.length > 0) throw new CommerceError('CUSTOMER_BUSY', { details: { orderIds: busy } })
    // First, while it can still be told which orders prove a purchase.
    await tx.reviews.forgetCustomer({ customerId, pseudonym })
    const erased = await tx.customers.erase({ customerId, pseudonym })
    // Now that their carts are closed nothing more is held or ordered; what was, meanwhile, is seen.
    await dropCartHolds(context, tx, { owner: customerHoldOwner(customerId) })
    const late = await openOrders(tx, pseudonym, force)
    if (late.length > 0) throw new CommerceError('CUSTOMER_BUSY', { details: { orderIds: late } })
    await announceCustomer(context, tx, customer, 'erased')
    return erased
  })
  if (left === undefined) return undefined
  const { orders, carts } = left
  for (const cartId of carts) await liveCarts?.drop({ cartId })
  return { orders, carts: carts.length, pseudonym }
}

async function openOrders({ orders }: Pick<StorageSnapshot, 'orders'>, customerId: CustomerId, force: boolean): Promise<readonly OrderId[]> {
  const owner = { type: 'customer', customerId } as const
  const open: OrderId[] = []
  for await (const page of allPages((after) => orders.list({ owner, limit: 100, ...(after === undefined ? {} : { after }) }))) {
    open.push(...page.filter((order) => isOpen(order, force)).map(({ id }) => id))
    if (open.length >= namedOrders) break
  }
  return open.slice(0, namedOrders)
}

/** Whether somebody must still pay for it or receive it. */
function isOpen({ status, paymentStatus, fulfilmentStatus }: Order, force: boolean): boolean {
  if (status === 'pending') return true
  return !force && status === 'confirmed' && paymentStatus !== 'refunded' && (fulfilmentStatus === 'none' || fulfilmentStatus === 'partial')
}
