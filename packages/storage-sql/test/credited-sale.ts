import type {
  CreditAccount,
  CreditAccountId,
  CreditEntry,
  CreditEntryId,
  CustomerId,
  Order,
  OrderRefund,
  OrderRefundId,
  Payment,
  StorageTransaction,
} from '@cartwright/core/ports'
import {
  createdPayment,
  eventOf,
  minutes,
  moveOrder,
  movePayment,
  nextId,
  type OpenShop,
  orderLine,
  orderStep,
  paymentStep,
  pendingOrder,
  queueRefund,
} from './small-shop.ts'

const staff = { type: 'admin', id: 'ops' } as const

export interface CreditedSale {
  /** Of 37: 30 by the gift card, 7 by the payment. */
  readonly order: Order
  readonly payment: Payment
  /** Of 100, of which it paid 30 and got 5 back. */
  readonly card: CreditAccount
  /** Of 50, and of 2 that were refunded of the payment. */
  readonly wallet: CreditAccount
  /** Of 5, to the gift card. */
  readonly refund: OrderRefund
}

/** A sale that a gift card pays in part, and of which a part goes back to the card, and another from the payment to the customer's store credit. */
export async function sellForCredit(shop: OpenShop): Promise<CreditedSale> {
  const { card, wallet } = await shop.at(minutes(130), async (tx) => ({
    card: await openAccount(tx, 100),
    wallet: await openAccount(tx, 50, 'ada' as CustomerId),
  }))
  const placed = await shop.at(minutes(131), (tx) => place(tx, card))
  return shop.at(minutes(132), async (tx) => {
    const payment = await movePayment(tx, placed.payment, 'captured', { capturedMinor: 7 })
    const confirmed = await moveOrder(tx, placed.order, 'confirmed', { status: 'confirmed', paymentStatus: 'paid' })
    const refund = await decide(tx, confirmed, 5)
    await tx.credit.giveBack({ orderId: confirmed.id, accountId: card.id, amountMinor: 5 })
    await tx.credit.post({ entry: entryOf(tx, card, { change: 'refund', amountMinor: 5, orderId: confirmed.id, orderRefundId: refund.id }) })
    const other = await decide(tx, confirmed, 2)
    const terms = { provider: 'store_credit', providerRefundId: null, idempotencyKey: 'converted', status: 'succeeded', amountMinor: 2 } as const
    await queueRefund(tx, payment, { ...terms, orderRefundId: other.id, nextAttemptAt: null })
    await tx.credit.post({ entry: entryOf(tx, wallet, { change: 'refund', amountMinor: 2, orderId: confirmed.id, orderRefundId: other.id }) })
    return { order: await moveOrder(tx, confirmed, 'refunded', { paymentStatus: 'partially_refunded' }), payment, card, wallet, refund }
  })
}

async function openAccount(tx: StorageTransaction, amountMinor: number, customerId: CustomerId | null = null): Promise<CreditAccount> {
  const card = customerId === null
  const account: CreditAccount = {
    id: nextId<CreditAccountId>(),
    kind: card ? 'gift_card' : 'store_credit',
    status: 'active',
    customerId,
    codeHash: card ? 'hash' : null,
    lastFour: card ? 'CARD' : null,
    currency: 'USD',
    balanceMinor: 0,
    expiresAt: null,
    note: null,
    createdAt: tx.now,
    updatedAt: tx.now,
    version: 1,
  }
  await tx.credit.open(account)
  await tx.credit.post({ entry: entryOf(tx, account, { change: 'issue', amountMinor }) })
  return account
}

function entryOf(
  tx: StorageTransaction,
  { id: accountId }: CreditAccount,
  patch: Pick<CreditEntry, 'change' | 'amountMinor'> & Partial<CreditEntry>,
): CreditEntry {
  const id = nextId<CreditEntryId>()
  return { id, accountId, orderId: null, orderRefundId: null, reference: id, note: null, actor: staff, at: tx.now, ...patch }
}

async function place(tx: StorageTransaction, card: CreditAccount): Promise<{ readonly order: Order; readonly payment: Payment }> {
  const order = pendingOrder(tx.now, [orderLine('FILE', 3)], { creditMinor: 30 })
  const payment = createdPayment(tx.now, order)
  const steps = [orderStep(order, 'placed'), paymentStep(payment)] as const
  await tx.orders.insert({ order, history: steps[0] })
  await tx.payments.insert({ payment, history: steps[1] })
  await tx.outbox.append(steps.map(eventOf))
  const entry = entryOf(tx, card, { change: 'redeem', amountMinor: -30, orderId: order.id })
  await tx.credit.redeem({ orderId: order.id, position: 0, entry, currency: 'USD', customerId: order.customerId })
  return { order, payment }
}

async function decide(tx: StorageTransaction, { id: orderId, currency }: Order, amountMinor: number): Promise<OrderRefund> {
  const id = nextId<OrderRefundId>()
  const refund: OrderRefund = {
    id,
    orderId,
    returnId: null,
    amountMinor,
    shippingMinor: 0,
    currency,
    lines: [],
    reason: 'a gesture',
    actor: staff,
    createdAt: tx.now,
  }
  await tx.orders.insertRefund(refund)
  return refund
}
