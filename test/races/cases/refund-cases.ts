import type { Order } from '@cartwright/core/ports'
import { seededRandom } from '@cartwright/testing'
import type { Arena } from '../arena.ts'
import { type CaseOptions, type CaseResult, dealt, type Finding, merged, runCase } from '../race-case.ts'
import { racerSetup } from '../racer-setup.ts'
import { Retrier } from '../retrier.ts'
import { race } from '../start-racer.ts'
import { type Answer, placeCart } from '../tasks/buyer.ts'
import type { StaffPlan } from '../tasks/staff-task.ts'

const actor = { type: 'admin', id: 'ops' } as const
const supply = { HOT: { main: 2_000 } }

/** Paid orders of eight units each: 100.00. */
export async function paidOrders(arena: Arena, count: number): Promise<readonly Order[]> {
  const carts = await arena.readyCarts(
    Array.from({ length: count }, (_, index) => `buyer-${index}`),
    () => ({ HOT: 8 }),
  )
  return arena.use(async (commerce) => {
    const racer = { commerce, retrier: new Retrier(seededRandom(arena.seed)) }
    for (const [index, cart] of carts.entries()) await placeCart(racer, cart.customerId, cart, { method: 'card_ok', idempotencyKey: `key-${index}` })
    const page = await commerce.storage.snapshot({ source: 'database' }, (snapshot) => snapshot.orders.list({ owner: { type: 'any' }, limit: 100 }))
    return page.items
  })
}

interface Staffed {
  readonly answers: readonly Answer[]
  readonly busy: readonly string[]
}

/** Deals the plans out in turn, so that the two about one order meet in two processes. */
export async function staffAll(arena: Arena, plans: readonly StaffPlan[]): Promise<Staffed> {
  const finishes = await race(dealt(plans).map((share, index) => racerSetup(arena, index, 'staff', { plans: share })))
  return { answers: finishes.flatMap(({ results }) => results), busy: finishes.flatMap(({ busy }) => busy) }
}

/** What is wrong when one of those who met at each order should have won, and the others been refused with one of these codes. */
function oneWonEach(orders: readonly Order[], { answers, busy }: Staffed, refusals: readonly string[]): Finding {
  const problems = orders.flatMap(({ id, number }) => {
    const told = answers.filter(({ who }) => who.endsWith(id)).map(({ outcome, message }) => (outcome === 'UNEXPECTED' ? `${message}` : outcome))
    const right = told.filter((outcome) => outcome === 'done').length === 1 && told.every((outcome) => outcome === 'done' || refusals.includes(outcome))
    return right ? [] : [`order ${number}: ${told.join(' and ')}`]
  })
  return { problems: [...busy, ...problems] }
}

/** The first of A12: two refunds of 60 on 100, at once: one goes, the other is refused, and the bank returns 60. */
function twoAmounts(options: CaseOptions, count: number): Promise<CaseResult> {
  return runCase('A12', options, { supply }, async (arena) => {
    const orders = await paidOrders(arena, count)
    const staffed = await staffAll(
      arena,
      orders.flatMap(({ id }): StaffPlan[] => Array.from({ length: 2 }, () => ({ orderId: id, act: 'refund_amount', amountMinor: 6_000 }))),
    )
    return (): Finding => {
      const { problems } = oneWonEach(orders, staffed, ['REFUND_TOO_MUCH'])
      const returned = arena.bank.ledger.totals().byCurrency.USD?.refundedMinor ?? 0
      const asked = arena.bank.ledger.refunds().length
      const right = returned === 6_000 * count && asked === count
      return { problems: [...problems, ...(right ? [] : [`the bank returned ${returned} by ${asked} refunds for ${count} orders`])] }
    }
  })
}

/** The second: the same units are refunded before they are shipped, removed from the order, and shipped: one of the three. */
function refundedOrShipped(options: CaseOptions, count: number): Promise<CaseResult> {
  return runCase('A12', options, { supply }, async (arena) => {
    const orders = await paidOrders(arena, count)
    const staffed = await staffAll(
      arena,
      orders.flatMap(({ id: orderId, lines: [line] }): StaffPlan[] => {
        const units = { orderId, orderLineId: line?.id ?? '', quantity: 8 }
        return [
          { ...units, act: 'refund_units' },
          { ...units, act: 'ship_units' },
          { ...units, act: 'remove_units' },
        ]
      }),
    )
    // An order whose money has all gone back ships nothing, whatever is left of it.
    return (): Finding => oneWonEach(orders, staffed, ['NOTHING_TO_REFUND', 'NOTHING_TO_FULFIL', 'ORDER_CLOSED'])
  })
}

/** The third: the same units are asked back eight times, received eight times, and refunded eight times: once each. */
function returnedOnce(options: CaseOptions, count: number): Promise<CaseResult> {
  return runCase('A12', options, { supply }, async (arena) => {
    const orders = await paidOrders(arena, count)
    const eight = (plansOf: (order: Order) => StaffPlan) =>
      staffAll(
        arena,
        orders.flatMap((order) => Array.from({ length: 8 }, () => plansOf(order))),
      )
    await arena.use((commerce) => Promise.all(orders.map(({ id: orderId }) => commerce.orders.fulfil({ actor, orderId }))))
    const asked = await eight(({ id: orderId, lines: [line] }) => ({ act: 'ask_back', orderId, orderLineId: line?.id ?? '', quantity: 8 }))
    const { items } = await arena.use(async (commerce) => {
      const found = await commerce.returns.list({ actor, status: 'requested', limit: 100 })
      for (const { id: returnId } of found.items) await commerce.returns.approve({ actor, returnId })
      return found
    })
    const returnOf = ({ id: orderId }: Order) => ({ orderId, returnId: items.find((returned) => returned.orderId === orderId)?.id ?? '' })
    const received = await eight((order) => ({ act: 'receive', ...returnOf(order) }))
    const refunded = await eight((order) => ({ act: 'refund_return', ...returnOf(order) }))
    return (): Finding => {
      const steps = [oneWonEach(orders, asked, ['NOT_RETURNABLE']), ...[received, refunded].map((step) => oneWonEach(orders, step, ['ILLEGAL_TRANSITION']))]
      return { problems: [...steps.flatMap(({ problems }) => problems), ...(items.length === count ? [] : [`${items.length} returns of ${count} orders`])] }
    }
  })
}

/** A12: two refunds of 60 on 100; a refund of units that are being shipped, and removed; a return that everybody receives. */
export async function refundsAtOnce(options: CaseOptions): Promise<CaseResult> {
  const count = options.size === 'full' ? 80 : 6
  return merged(options, [await twoAmounts(options, count), await refundedOrShipped(options, count), await returnedOnce(options, Math.ceil(count / 3))])
}
