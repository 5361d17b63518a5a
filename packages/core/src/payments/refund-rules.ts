import type { OrderCredit } from '../credit/credit.ts'
import { sumMinor } from '../money/money.ts'
import { dueMinor, isLive, type Order } from '../orders/order.ts'
import { type OrderPaymentEvent, type OrderPaymentStatus, orderPaymentMachine } from '../orders/order-machine.ts'
import { addMs } from '../time.ts'
import { nextState } from '../transition-table.ts'
import { type Dispute, holdsMoney, type Payment, type Refund } from './payment.ts'
import { disputeMachine, type RefundEvent, refundMachine } from './payment-machine.ts'
import type { ProviderDispute, ProviderRefund } from './payment-provider.ts'
import { checkDelayMs } from './payment-rules.ts'

/** What is on record of one order's money, each oldest first. */
export interface MoneyRecords {
  readonly payments: readonly Payment[]
  readonly refunds: readonly Refund[]
  readonly disputes: readonly Dispute[]
}

/** What refunds have given back, in minor units. */
export function returnedBy(refunds: readonly Pick<Refund, 'status' | 'amountMinor'>[]): number {
  return refunds.filter(({ status }) => status === 'succeeded').reduce((sum, { amountMinor }) => sum + amountMinor, 0)
}

/** What disputes have taken from the shop, in minor units. */
export function lostBy(disputes: readonly Pick<Dispute, 'status' | 'amountMinor'>[]): number {
  return disputes.filter(({ status }) => status === 'lost').reduce((sum, { amountMinor }) => sum + amountMinor, 0)
}

/**
 * What may still be refunded of one payment, in minor units: what was captured, less what was refunded or is about to be, and less what a dispute has taken or
 * may take.
 *
 * @param refunds - of the payment's order, as are `disputes`; those of other payments are left aside.
 */
export function refundableMinor(payment: Payment, refunds: readonly Refund[], disputes: readonly Dispute[]): number {
  const promised = refunds.filter(({ paymentId, status }) => paymentId === payment.id && status !== 'failed')
  const disputed = disputes.filter(({ paymentId, status }) => paymentId === payment.id && status !== 'won')
  return Math.max(
    0,
    [...promised, ...disputed].reduce((left, { amountMinor }) => left - amountMinor, payment.capturedMinor),
  )
}

/**
 * What a refund becomes when its provider is found in this state. Monotone: only the machine's steps are taken, so an older state changes nothing. One that
 * had succeeded can still fail: the money is the shop's again.
 *
 * @returns the same object when nothing is new.
 */
export function applyProviderRefund(refund: Refund, observed: ProviderRefund, now: Date): Refund {
  const event: RefundEvent | undefined = observed.status === 'succeeded' ? 'succeed' : observed.status === 'failed' ? 'fail' : undefined
  const status = event === undefined ? undefined : nextState(refundMachine, refund.status, event)
  const { providerRefundId } = observed
  if (status === undefined && refund.providerRefundId === providerRefundId) return refund
  if (status === undefined && refund.status !== 'pending') return refund
  const nextAttemptAt = status === undefined ? refund.nextAttemptAt : null
  return { ...refund, providerRefundId, status: status ?? refund.status, nextAttemptAt, updatedAt: now, version: refund.version + 1 }
}

/** Refunds of all that is left of a payment have this before their keys. */
export const wholeRefundPrefix = 'refund:'

/** True for a refund of all that was left of a payment, because nobody owes it. */
export function isOfWhole({ idempotencyKey }: Pick<Refund, 'idempotencyKey'>): boolean {
  return idempotencyKey.startsWith(wholeRefundPrefix)
}

function keyMadeElsewhere(providerRefundId: string | null): string {
  return `provider:${providerRefundId}`
}

/**
 * What made a payment's money stay that was to go back, and is over: disputes that the shop has won, during which a provider refuses refunds, and refunds that somebody
 * made at the provider, beside which ours were of too much, and that have failed.
 *
 * @returns a name for each, in no order; a dispute that is won once more has another one.
 */
export function endedObstacles({ id }: Payment, refunds: readonly Refund[], disputes: readonly Dispute[]): readonly string[] {
  const won = disputes.filter(({ paymentId, status }) => paymentId === id && status === 'won')
  const failed = refunds.filter((refund) => refund.paymentId === id && refund.status === 'failed' && isMadeElsewhere(refund))
  return [...won, ...failed].map((obstacle) => `${obstacle.id}.${obstacle.version}`)
}

/** True for a refund of ours that has failed, since it was of more than others, at the provider or by a dispute, had left of its payment. */
export function wasOfTooMuch(refund: Refund, payment: Payment, refunds: readonly Refund[], disputes: readonly Dispute[]): boolean {
  const others = [...refunds.filter(isMadeElsewhere), ...disputes]
  return others.some(({ paymentId }) => paymentId === payment.id) && refund.amountMinor > refundableMinor(payment, refunds, disputes)
}

/** True for a refund that was made at the provider, without the shop. */
export function isMadeElsewhere({ idempotencyKey, providerRefundId }: Refund): boolean {
  return idempotencyKey === keyMadeElsewhere(providerRefundId)
}

/** True for a payment whose money was to go back in whole, whatever its order has. */
export function isToGoBack({ id }: Payment, refunds: readonly Refund[]): boolean {
  return refunds.some((refund) => refund.paymentId === id && isOfWhole(refund))
}

/**
 * True for a payment that a confirmed order can do without, and has to: others stand behind it, and together they keep more than it is due. Such a one was returned, or
 * disputed, before it was heard of, so that nothing of it was asked for then.
 */
export function isBeyondDue(order: Pick<Order, 'status' | 'totalMinor' | 'creditMinor'>, payment: Payment, records: MoneyRecords): boolean {
  if (order.status !== 'confirmed') return false
  const standing = records.payments.filter((one) => !isToGoBack(one, records.refunds))
  const made = records.refunds.filter(isMadeElsewhere)
  const keptMinor = sumMinor(standing.map((one) => one.authorisedMinor + refundableMinor(one, made, records.disputes)))
  const others = standing.filter(({ id, status }) => id !== payment.id && holdsMoney(status))
  const othersMinor = sumMinor(others.map(({ authorisedMinor, capturedMinor }) => authorisedMinor + capturedMinor))
  return keptMinor > dueMinor(order) && othersMinor >= dueMinor(order)
}

/** The record of a refund that was made at the provider, without the shop. One still under way is looked at by the worker. */
export function refundMadeElsewhere(id: Refund['id'], payment: Payment, observed: ProviderRefund, now: Date): Refund {
  return {
    id,
    paymentId: payment.id,
    orderId: payment.orderId,
    provider: payment.provider,
    providerRefundId: observed.providerRefundId,
    idempotencyKey: keyMadeElsewhere(observed.providerRefundId),
    status: observed.status,
    amountMinor: observed.amount.amountMinor,
    currency: observed.amount.currency,
    reason: 'made at the provider',
    orderRefundId: null,
    nextAttemptAt: observed.status === 'pending' ? addMs(now, checkDelayMs(0)) : null,
    attempts: 0,
    createdAt: now,
    updatedAt: now,
    version: 1,
  }
}

/** What a dispute becomes when its provider is found in this state. @returns the same object when nothing is new. */
export function applyProviderDispute(dispute: Dispute, observed: ProviderDispute, now: Date): Dispute {
  const event = observed.status === 'won' ? 'win' : observed.status === 'lost' ? 'lose' : undefined
  const status = (event === undefined ? undefined : nextState(disputeMachine, dispute.status, event)) ?? dispute.status
  const { amount, evidenceDueBy } = observed
  const moved = status !== dispute.status || amount.amountMinor !== dispute.amountMinor
  if (!moved && evidenceDueBy?.getTime() === dispute.evidenceDueBy?.getTime()) return dispute
  return { ...dispute, status, amountMinor: amount.amountMinor, evidenceDueBy, updatedAt: now, version: dispute.version + 1 }
}

/** The money of one order, in minor units. */
export interface OrderMoney {
  /** By its payments, and of a confirmed order by credit. Payments that nobody owed, and that go back in whole, are none of the money of an order that is not over. */
  readonly capturedMinor: number
  /** By refunds that succeeded, of a confirmed order in credit too, and by disputes that were lost. */
  readonly returnedMinor: number
}

/** Adds up the money of an order. @param records.credits - none unless the order is confirmed: what credit paid of one that is over has gone back with its end */
export function moneyOf({ status }: Pick<Order, 'status'>, records: MoneyRecords & { readonly credits: readonly OrderCredit[] }): OrderMoney {
  const { credits } = records
  const payments = records.payments.filter((payment) => !isLive(status) || !isToGoBack(payment, records.refunds))
  const counts = ({ paymentId }: Pick<Refund | Dispute, 'paymentId'>) => payments.some(({ id }) => id === paymentId)
  const refunds = records.refunds.filter(counts)
  const disputes = records.disputes.filter(counts)
  return {
    capturedMinor: [...payments.map(({ capturedMinor }) => capturedMinor), ...credits.map(({ amountMinor }) => amountMinor)].reduce(
      (sum, minor) => sum + minor,
      0,
    ),
    returnedMinor: returnedBy(refunds) + lostBy(disputes) + credits.reduce((sum, { returnedMinor }) => sum + returnedMinor, 0),
  }
}

/**
 * The step that brings an order's money state in line with what was captured and what went back; undefined when it is in line, or its state has no such step:
 * an order under review stays there until staff have looked, or everything has gone back.
 *
 * A second payment that was returned leaves a confirmed order as paid as it was.
 */
export function returnStep(order: Pick<Order, 'status' | 'paymentStatus' | 'totalMinor'>, money: OrderMoney): OrderPaymentEvent | undefined {
  if (money.capturedMinor === 0) return undefined
  const keeps = money.capturedMinor - money.returnedMinor
  const owed = order.status === 'confirmed' ? Math.min(order.totalMinor, money.capturedMinor) : money.capturedMinor
  const target: OrderPaymentStatus = keeps <= 0 ? 'refunded' : keeps >= owed ? 'paid' : 'partially_refunded'
  if (target === order.paymentStatus) return undefined
  return returnSteps.find((event) => nextState(orderPaymentMachine, order.paymentStatus, event) === target)
}

const returnSteps = ['refund_part', 'refund_rest', 'refund_failed', 'refund_part_failed'] as const satisfies readonly OrderPaymentEvent[]
