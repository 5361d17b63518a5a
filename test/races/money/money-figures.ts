import type { Order } from '@cartwright/core/ports'
import type { FakeStripe } from '@cartwright/testing/stripe'
import type { Found, Judgement } from '../judge.ts'
import type { Answer } from '../tasks/buyer.ts'
import type { Spender } from '../tasks/spend-task.ts'
import type { Deeds } from './stripe-days.ts'

/** The key under which Stripe keeps our payment's id. */
const ourId = 'cartwright_payment_id'

/** By payment of ours, or by intent: what Stripe still has of it for the shop. */
function keptByPayment(stripe: FakeStripe): ReadonlyMap<string, number> {
  const { byPayment } = stripe.totals(ourId)
  return new Map(Object.entries(byPayment).map(([id, { captured, refunded, disputed }]) => [id, captured - refunded - disputed]))
}

/** Cents that Stripe has for no confirmed order, or lacks for one: what staff gave back at Stripe's desk, and what was lost in a dispute, is lacking rightly. */
export function orphanCents(stripe: FakeStripe, { orders, payments, refunds, disputes }: Found): number {
  const orderOf = new Map<string, string>(payments.map(({ id, orderId }) => [id, orderId]))
  const net = new Map<string, number>()
  let orphans = 0
  for (const [id, minor] of keptByPayment(stripe)) {
    const orderId = orderOf.get(id)
    if (orderId === undefined) orphans += Math.abs(minor)
    else net.set(orderId, (net.get(orderId) ?? 0) + minor)
  }
  const gone = new Map<string, number>()
  const takeOff = (orderId: string, minor: number) => gone.set(orderId, (gone.get(orderId) ?? 0) + minor)
  for (const { orderId, status, amountMinor } of refunds) if (status === 'succeeded') takeOff(orderId, amountMinor)
  for (const { orderId, status, amountMinor } of disputes) if (status === 'lost') takeOff(orderId, amountMinor)
  for (const order of orders) orphans += Math.abs((net.get(order.id) ?? 0) - owed(order, gone.get(order.id) ?? 0))
  return orphans
}

function owed({ status, totalMinor, creditMinor }: Order, gone: number): number {
  return status === 'confirmed' ? totalMinor - creditMinor - gone : 0
}

/** What was wrong, in words: orders that were lost, payments that were made twice, answers that are not true. */
export function wrongs(
  stripe: FakeStripe,
  { orders, payments }: Judgement,
  spenders: readonly Spender[],
  answers: ReadonlyMap<string, Answer>,
): readonly string[] {
  const byId = new Map<string, Order>(orders.map((order) => [order.id, order]))
  const { byPayment } = stripe.totals(ourId)
  const unanswered = spenders.filter(({ name }) => !answers.has(name))
  const odd = [...answers.values()].filter(({ outcome }) => !expected.has(outcome))
  const untrue = [...answers.values()].filter(({ outcome, orderId }) => outcome === 'confirmed' && byId.get(orderId ?? '')?.status !== 'confirmed')
  const open = orders.filter(({ status }) => status === 'pending')
  const twice = payments.filter(({ id, amountMinor }) => (byPayment[id]?.captured ?? 0) > amountMinor)
  return [
    ...unanswered.map(({ name }) => `${name} has no answer`),
    ...odd.map(({ who, outcome, message }) => `${who}: ${outcome} ${message ?? ''}`),
    ...untrue.map(({ who, orderId }) => `${who} was told of a sale that is ${byId.get(orderId ?? '')?.status ?? 'lost'}`),
    ...open.map(({ number }) => `order ${number} is still pending`),
    ...twice.map(({ id }) => `payment ${id} was charged twice`),
    ...paidTwice(stripe, { orders, payments }).map((number) => `order ${number} was paid twice`),
  ]
}

/** `ORDER_CLOSED` is what staff are told who cancel an order that is disputed. */
const expected: ReadonlySet<string> = new Set(['confirmed', 'pending', 'requires_action', 'declined', 'cancelled', 'OUT_OF_STOCK', 'ORDER_CLOSED'])

function paidTwice(stripe: FakeStripe, { orders, payments }: Pick<Judgement, 'orders' | 'payments'>): readonly string[] {
  const kept = keptByPayment(stripe)
  const times = new Map<string, number>()
  for (const { id, orderId } of payments) if ((kept.get(id) ?? 0) > 0) times.set(orderId, (times.get(orderId) ?? 0) + 1)
  return orders.filter(({ id }) => (times.get(id) ?? 0) > 1).map(({ number }) => number)
}

/** What happened, counted. */
export function moneyFigures(
  stripe: FakeStripe,
  { orders, payments }: Judgement,
  answers: ReadonlyMap<string, Answer>,
  deeds: Deeds,
): Readonly<Record<string, number>> {
  const requests = stripe.requests()
  const deliveries = stripe.deliveries()
  const { captured = 0, refunded = 0, disputed = 0 } = stripe.totals().byCurrency.usd ?? {}
  const faulty = counted(requests.flatMap(({ fault }) => (fault === null ? [] : [`fault ${fault}`])))
  return {
    checkouts: answers.size,
    ...prefixed('answered ', counted([...answers.values()].map(({ outcome }) => outcome))),
    orders: orders.length,
    ...prefixed('orders ', counted(orders.map(({ status }) => status))),
    payments: payments.length,
    'captured cents': captured,
    'refunded cents': refunded,
    'disputed cents': disputed,
    'requests to Stripe': requests.length,
    ...faulty,
    'events of Stripe': stripe.events().length,
    'webhooks taken in': deliveries.filter(({ status }) => status === 200).length,
    ...prefixed('at Stripe ', deeds),
  }
}

function counted(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const word of words.toSorted()) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

function prefixed(prefix: string, counts: Readonly<Record<string, number>> | Deeds): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [`${prefix}${name}`, count]))
}
