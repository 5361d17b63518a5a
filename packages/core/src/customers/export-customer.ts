import type { Session } from '../accounts/account.ts'
import type { Cart } from '../cart/cart.ts'
import type { Context } from '../context.ts'
import type { OrderCredit } from '../credit/credit.ts'
import { type CreditMovement, viewMovement } from '../credit/credit-view.ts'
import type { CustomerId } from '../ids.ts'
import type { Currency } from '../money/money.ts'
import type { Fulfilment, Order } from '../orders/order.ts'
import { type OrderView, viewOrder } from '../orders/order-view.ts'
import { readTimeline } from '../orders/read-timeline.ts'
import type { TimelineEntry } from '../orders/timeline.ts'
import { allItems } from '../pages.ts'
import type { Payment, Refund } from '../payments/payment.ts'
import type { Return } from '../returns/return.ts'
import type { Review } from '../reviews/review.ts'
import type { StorageSnapshot } from '../storage/storage.ts'
import type { WishList } from '../wish-lists/wish-list.ts'
import type { Customer, CustomerAddress } from './customer.ts'
import { findCustomer } from './find-customer.ts'

/** Everything that the shop knows of a person, as one JSON object. Never a hash. */
export interface CustomerExport {
  readonly exportedAt: Date
  readonly customerId: CustomerId
  /** Null when there is none, or the host's directory does not know them. */
  readonly profile: Customer | null
  readonly addresses: readonly CustomerAddress[]
  readonly sessions: readonly Session[]
  readonly carts: readonly Omit<Cart, 'guestTokenHash'>[]
  readonly orders: readonly ExportedOrder[]
  readonly reviews: readonly Review[]
  readonly wishLists: readonly WishList[]
  /** By currency, with every movement, newest first. */
  readonly storeCredit: readonly ExportedCredit[]
}

interface ExportedCredit {
  readonly currency: Currency
  readonly balanceMinor: number
  readonly movements: readonly CreditMovement[]
}

interface ExportedOrder extends OrderView {
  readonly payments: readonly Omit<Payment, 'idempotency' | 'action'>[]
  readonly refunds: readonly Refund[]
  readonly returns: readonly Return[]
  readonly fulfilments: readonly Fulfilment[]
  readonly timeline: readonly TimelineEntry[]
  /** What gift cards and store credit pay of it. */
  readonly credits: readonly OrderCredit[]
}

/** Reads all of it in one snapshot, after the host's directory was asked for the profile. */
export async function exportCustomer(context: Context, customerId: CustomerId): Promise<CustomerExport> {
  const profile = (await findCustomer(context, customerId)) ?? null
  return context.storage.snapshot(
    context.clock.now(),
    async (snapshot) => ({
      exportedAt: snapshot.now,
      customerId,
      profile,
      addresses: await snapshot.customers.addresses({ customerId }),
      sessions: await snapshot.accounts.sessions({ customerId }),
      carts: (await snapshot.customers.carts({ customerId })).map(({ guestTokenHash: _hidden, ...cart }) => cart),
      orders: await allOrders(snapshot, customerId),
      reviews: await allItems((after) =>
        snapshot.reviews.list({ filter: { customerId }, order: 'newest', limit: 100, ...(after === undefined ? {} : { after }) }),
      ),
      wishLists: await allWishLists(snapshot, customerId),
      storeCredit: await allCredit(snapshot, customerId),
    }),
    { fresh: true },
  )
}

async function allOrders(snapshot: StorageSnapshot, customerId: CustomerId): Promise<readonly ExportedOrder[]> {
  const owner = { type: 'customer', customerId } as const
  const orders = await allItems((after) => snapshot.orders.list({ owner, limit: 100, ...(after === undefined ? {} : { after }) }))
  const exported: ExportedOrder[] = []
  for (const order of orders) exported.push(await exportOrder(snapshot, order))
  return exported
}

async function allCredit({ credit }: StorageSnapshot, customerId: CustomerId): Promise<readonly ExportedCredit[]> {
  const exported: ExportedCredit[] = []
  for (const { id: accountId, currency, balanceMinor } of await credit.storeCredits({ customerId })) {
    const entries = await allItems((after) => credit.entries({ accountId, limit: 100, ...(after === undefined ? {} : { after }) }))
    exported.push({ currency, balanceMinor, movements: entries.map(viewMovement) })
  }
  return exported
}

async function allWishLists({ wishLists }: StorageSnapshot, customerId: CustomerId): Promise<readonly WishList[]> {
  const exported: WishList[] = []
  for (const { id: wishListId } of await wishLists.list({ customerId })) {
    const list = await wishLists.find({ customerId, wishListId })
    if (list !== undefined) exported.push(list)
  }
  return exported
}

async function exportOrder(snapshot: StorageSnapshot, order: Order): Promise<ExportedOrder> {
  const orderId = order.id
  const { orders, payments, returns, credit } = snapshot
  return {
    ...viewOrder(order),
    payments: (await payments.ofOrder({ orderId })).map(({ idempotency: _key, action: _action, ...payment }) => payment),
    refunds: await payments.refundsOfOrder({ orderId }),
    returns: (await returns.list({ owner: { type: 'any' }, orderId, limit: 100 })).items,
    fulfilments: await orders.fulfilments({ orderId }),
    timeline: await readTimeline(snapshot, orderId),
    credits: await credit.ofOrder({ orderId }),
  }
}
