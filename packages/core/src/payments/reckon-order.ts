import type { ActorRecord } from '../actor.ts'
import type { Context } from '../context.ts'
import { standingCredit } from '../credit/order-credit.ts'
import { isLive, type Order } from '../orders/order.ts'
import { advanceOrder } from '../orders/order-rules.ts'
import { saveOrder } from '../orders/order-writer.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { queueFullRefund } from './payment-writer.ts'
import { endedObstacles, isBeyondDue, isMadeElsewhere, isOfWhole, isToGoBack, type MoneyRecords, moneyOf, returnStep, wasOfTooMuch } from './refund-rules.ts'

interface Reckoning {
  readonly actor: ActorRecord
  /** What happened to a dispute, for the order's history, which then gets a step in any case; null when it was a refund. */
  readonly dispute: string | null
}

/**
 * Brings an order's money state and its dispute flag in line with its payments, refunds and disputes, after one of these has been written in the same
 * transaction, which holds the order's lock. Does not touch stock: money that went back says nothing about goods.
 *
 * @returns the order as it is then; the same object when nothing had to change.
 */
export async function reckonOrder(context: Context, tx: StorageTransaction, order: Order, { actor, dispute }: Reckoning): Promise<Order> {
  const { id: orderId } = order
  const [payments, refunds, disputes, credits] = await Promise.all([
    tx.payments.ofOrder({ orderId }),
    tx.payments.refundsOfOrder({ orderId }),
    tx.payments.disputesOfOrder({ orderId }),
    standingCredit(tx, order),
  ])
  await askAgain(context, tx, order, { payments, refunds, disputes })
  const payment = returnStep(order, moneyOf(order, { payments, refunds, disputes, credits }))
  if (payment === undefined && dispute === null) return order
  const disputed = disputes.some(({ status }) => status === 'open')
  const after = advanceOrder(order, payment === undefined ? {} : { payment }, tx.now, { disputed })
  const reopened = payment === 'refund_failed' || payment === 'refund_part_failed'
  const change = dispute !== null ? 'disputed' : reopened ? 'payment_updated' : 'refunded'
  await saveOrder(context, tx, after, { change, actor, note: dispute ?? (reopened ? 'a refund has failed' : null) })
  return after
}

/**
 * Queues what is left of payments whose money has to go back in whole, where it did not for a reason that is gone: a refund was for more than was left, since somebody had
 * returned a part at the provider; what they returned has come back; or a dispute held the money, which the shop has won. In whichever order these become known, each is
 * a reason once. A refund that failed otherwise is for staff.
 */
async function askAgain(context: Context, tx: StorageTransaction, order: Order, money: MoneyRecords): Promise<void> {
  const { payments, disputes } = money
  const refunds = [...money.refunds]
  for (const payment of payments) {
    if (isLive(order.status) && !isToGoBack(payment, refunds) && !isBeyondDue(order, payment, { payments, refunds, disputes })) continue
    const failed = refunds.filter((refund) => refund.paymentId === payment.id && refund.status === 'failed' && !isMadeElsewhere(refund))
    const reason = failed.findLast(isOfWhole)?.reason ?? 'its order is over'
    const refused = failed.filter((refund) => wasOfTooMuch(refund, payment, refunds, disputes)).map(({ id }) => id)
    for (const obstacle of [...refused, ...endedObstacles(payment, refunds, disputes)]) {
      const queued = await queueFullRefund(context, tx, payment, reason, obstacle)
      if (queued !== undefined) refunds.push(queued)
    }
  }
}
