import type { OrderView } from '@cartwright/core'
import type { Dispute, Payment, ProviderPayment, Refund } from '@cartwright/core/ports'
import { supply, type Walker } from './walker.ts'

/** The money of one order, here and at the bank. */
interface OrderMoney {
  readonly order: OrderView
  readonly payments: readonly Payment[]
  readonly refunds: readonly Refund[]
  readonly disputes: readonly Dispute[]
  readonly theirs: readonly ProviderPayment[]
}

/** What is wrong with a shop that has settled, in words: by the audit, by the bank's books and by the shelves. */
export async function judgeWalk(walker: Walker): Promise<readonly string[]> {
  const all = await readMoney(walker)
  return [...all.flatMap((money) => moneyProblems(walker, money)), ...(await auditProblems(walker, all)), ...(await stockProblems(walker, all))]
}

async function readMoney(walker: Walker): Promise<readonly OrderMoney[]> {
  const orders = await walker.orders()
  return walker.commerce.storage.snapshot(
    walker.clock.now(),
    async ({ payments }) => {
      const all: OrderMoney[] = []
      for (const order of orders) {
        const orderId = order.id
        const theirs = walker.theirs().filter((payment) => payment.orderId === orderId)
        const [ofOrder, refunds, disputes] = [
          await payments.ofOrder({ orderId }),
          await payments.refundsOfOrder({ orderId }),
          await payments.disputesOfOrder({ orderId }),
        ]
        all.push({ order, payments: ofOrder, refunds, disputes, theirs })
      }
      return all
    },
    { fresh: true },
  )
}

/**
 * Which checks of the audit call for staff, since nothing else can be done: a refund of ours that its provider took on and that failed (I7, and I6 where it was of an extra payment), and an authorisation that
 * ended, or was taken in part, without the shop (I6).
 */
function staffChecks(walker: Walker, all: readonly OrderMoney[]): ReadonlySet<string> {
  const calls = new Set<string>()
  for (const money of all) {
    if (failedMinor(walker, money) > 0) calls.add('I7').add('I6')
    if (money.order.status === 'confirmed' && (money.order.paymentStatus === 'review' || isShort(walker, money))) calls.add('I6')
  }
  return calls
}

/** True for an order whose own payment was taken in part, or called off, without the shop. */
function isShort({ endedElsewhere }: Walker, { payments, refunds }: OrderMoney): boolean {
  const odd = payments.some(({ id, status }) => status === 'review' && !returnedWhole(refunds).has(id))
  return odd || payments.some(({ status, providerPaymentId }) => status === 'cancelled' && endedElsewhere.has(providerPaymentId ?? ''))
}

/** Payments that the shop has set out to return whole. */
function returnedWhole(refunds: readonly Refund[]): ReadonlySet<string> {
  const whole = refunds.filter(({ idempotencyKey, status }) => idempotencyKey.startsWith('refund:') && status !== 'failed')
  return new Set(whole.map(({ paymentId }) => paymentId))
}

/** What refunds of ours come to that the bank took on, and that failed. */
function failedMinor({ bank }: Walker, { theirs }: OrderMoney): number {
  const refunds = theirs.flatMap(({ providerPaymentId }) => [...bank.ledger.findRefunds({ providerPaymentId })])
  return refunds.filter(({ refundId, status }) => refundId !== null && status === 'failed').reduce((sum, { amount }) => sum + amount.amountMinor, 0)
}

async function auditProblems(walker: Walker, all: readonly OrderMoney[]): Promise<readonly string[]> {
  const calls = staffChecks(walker, all)
  const report = await walker.commerce.audit({ providers: true, graceMs: 0 })
  const broken = report.checks.filter(({ id, violations }) => violations > 0 && !calls.has(id))
  return broken.map(({ id, samples }) => `audit ${id}: ${JSON.stringify(samples)}`)
}

/** What the bank has of a payment, or may take, less what went back and what chargebacks took: more may be gone than was taken. */
function keptMinor({ bank }: Walker, { providerPaymentId, capturedMinor, capturableMinor, refundedMinor }: ProviderPayment): number {
  const lost = bank.ledger.findDisputes({ providerPaymentId }).filter(({ status }) => status === 'lost')
  return Math.max(
    0,
    lost.reduce((left, { amount }) => left - amount.amountMinor, capturedMinor + capturableMinor - refundedMinor),
  )
}

function moneyProblems(walker: Walker, money: OrderMoney): readonly string[] {
  const { order, payments, refunds, theirs } = money
  const { number, status, paymentStatus, totalMinor, creditMinor } = order
  const problems: string[] = []
  const say = (what: string) => problems.push(`${number}, ${status} ${paymentStatus}: ${what}`)
  if (status === 'pending' && paymentStatus !== 'review') say('still pending')
  if (order.disputed) say('still disputed')
  for (const refund of refunds) if (refund.status === 'pending') say(`a refund of ${refund.amountMinor} is still pending`)
  for (const payment of payments) if (/^(?:created|requires_action|processing)$/.test(payment.status)) say(`a payment is still ${payment.status}`)
  if (paymentStatus === 'review') return problems

  const kept = new Map(theirs.map((payment) => [payment.providerPaymentId, keptMinor(walker, payment)]))
  const keptInAll = [...kept.values()].reduce((sum, minor) => sum + minor, 0)
  const converted = refunds.filter(({ provider, status: ends }) => provider === 'store_credit' && ends === 'succeeded')
  const convertedMinor = converted.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  const forStaff = failedMinor(walker, money)
  if (status !== 'confirmed') {
    if (keptInAll > convertedMinor + forStaff) say(`the bank holds ${keptInAll}, of which ${convertedMinor} became store credit and ${forStaff} are for staff`)
    return problems
  }
  const due = totalMinor - creditMinor
  if (due === 0) return problems
  // Of the payments, one stands behind the order: the shop has not set out to return it whole.
  const standing = payments
    .filter((payment) => payment.status === 'captured' || payment.status === 'authorised')
    .filter(({ id }) => !returnedWhole(refunds).has(id))
  const taken = theirs.filter(({ providerPaymentId }) => standing.some((payment) => payment.providerPaymentId === providerPaymentId))
  const standingMinor = taken.reduce((sum, { capturedMinor, capturableMinor }) => sum + capturedMinor + capturableMinor, 0)
  if (standingMinor < due && !isShort(walker, money)) say(`${standingMinor} stand behind it of ${due} due`)
  if (keptInAll > due + forStaff + convertedMinor) say(`the bank holds ${keptInAll} for ${due} due`)
  return problems
}

/** Units on hand are those that came, were not sent or came back; units reserved are those that are sold and not sent. */
async function stockProblems({ commerce }: Walker, all: readonly OrderMoney[]): Promise<readonly string[]> {
  const lines = all.filter(({ order }) => order.status === 'confirmed').flatMap(({ order }) => order.lines)
  const taken = all.flatMap(({ order }) => order.lines).filter(({ cancelledQuantity }) => cancelledQuantity > 0)
  const levels = await commerce.inventory.levels({ skus: Object.keys(supply) })
  return levels.flatMap(({ sku, onHand, reserved }) => {
    const ofSku = lines.filter((line) => line.sku === sku)
    const promised = ofSku.reduce((sum, line) => sum + line.quantity - line.cancelledQuantity - line.fulfilledQuantity, 0)
    const sent = ofSku.reduce((sum, line) => sum + line.fulfilledQuantity, 0)
    // Of what was taken off an order, staff may have written units off.
    const writtenOff = taken.filter((line) => line.sku === sku).reduce((sum, line) => sum + line.cancelledQuantity, 0)
    const received = supply[sku as keyof typeof supply]
    return [
      ...(reserved === promised ? [] : [`${sku}: ${reserved} reserved for ${promised} promised`]),
      ...(onHand <= received && onHand >= received - sent - writtenOff ? [] : [`${sku}: ${onHand} on hand of ${received}, ${sent} sent`]),
    ]
  })
}
