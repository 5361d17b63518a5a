import { type LoadShapes, timeOfDay } from '../load-shapes/load-shapes.ts'
import type { SeedPlan } from './seed-plan.ts'
import type { SeededSource } from './seeded-source.ts'

/** What happens to an order, or to the buyer's cart beside it. */
export type OrderStepKind =
  /** A buyer fills a cart and leaves it. */
  | 'leave_cart'
  /** The cart is ordered; its payment is taken or declined. */
  | 'place'
  /** The buyer of a declined order pays with another card. */
  | 'pay_again'
  /** The buyer of a declined order cancels it. */
  | 'give_up'
  /** The time of a declined order is up. */
  | 'expire'
  /** Staff cancel a paid order, and its money goes back. */
  | 'call_off'
  /** A parcel with the first line. */
  | 'ship_part'
  /** A parcel with all that is left. */
  | 'ship_rest'
  /** Every parcel under way arrives. */
  | 'deliver'

export interface OrderStep {
  readonly kind: OrderStepKind
  readonly atMs: number
}

export interface OrderTimetable {
  /** In the order of their times; all before the plan's `until`. */
  readonly steps: readonly OrderStep[]
  /** Whether the card that the order is placed with is good. */
  readonly firstCard: 'good' | 'declined'
  /** Whether the order is still waiting for another card at the end. */
  readonly waits: boolean
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** Of all orders. That of called-off ones is measured. */
const shares = { givenUp: 0.02, expired: 0.02, paidAgain: 0.04, leftCarts: 0.1, inTwoParcels: 0.05 }
/** Of the newest orders, every third waits for another card: so many of all are counted as the newest. */
const newestShare = 0.03

/** What happens to the order of an index from 0 up, and when. Orders of higher indexes are placed later. */
export function orderTimetable(plan: SeedPlan, index: number): OrderTimetable {
  const source = plan.source('timetable', index)
  const { orders, until, shapes } = plan.parameters
  const placedMs = placedAtMs(plan, index, source)
  const later = sampleFate(source, shapes, placedMs)
  const fromEnd = orders - index
  const isNewest = fromEnd % 3 === 1 && fromEnd <= Math.ceil(orders * newestShare)
  // A declined order that is not settled by the end waits: nothing overdue is left behind.
  const waits = isNewest || (later.firstCard === 'declined' && (later.steps[0]?.atMs ?? 0) >= until.getTime())
  const steps = [{ kind: 'place', atMs: placedMs }, ...(waits ? [] : later.steps), ...leftCart(source, placedMs)] satisfies OrderStep[]
  return {
    steps: steps.filter(({ atMs }) => atMs < until.getTime()).sort((a, b) => a.atMs - b.atMs),
    firstCard: waits ? 'declined' : later.firstCard,
    waits,
  }
}

/** Each day has as many orders as every other. Each has a share of the day to itself, so no two are placed at the same moment and none overtakes another. */
function placedAtMs(plan: SeedPlan, index: number, source: SeededSource): number {
  const day = Math.floor(index / plan.ordersPerDay)
  const part = ((index % plan.ordersPerDay) + 0.1 + 0.8 * source.unit()) / plan.ordersPerDay
  return plan.opensAt.getTime() + day * dayMs + Math.floor(timeOfDay(plan.parameters.shapes, part) * hourMs)
}

function sampleFate(source: SeededSource, { cancelledShare }: LoadShapes, placedMs: number): Pick<OrderTimetable, 'steps' | 'firstCard'> {
  const after = (fromMs: number, toMs: number): number => placedMs + source.integer(fromMs, toMs)
  const drawn = source.unit()
  const { givenUp, expired, paidAgain } = shares
  if (drawn < givenUp) return { firstCard: 'declined', steps: [{ kind: 'give_up', atMs: after(minuteMs, 10 * minuteMs) }] }
  if (drawn < givenUp + expired) return { firstCard: 'declined', steps: [{ kind: 'expire', atMs: after(16 * minuteMs, 25 * minuteMs) }] }
  if (drawn < givenUp + expired + paidAgain) {
    const paidMs = after(minuteMs, 8 * minuteMs)
    return { firstCard: 'declined', steps: [{ kind: 'pay_again', atMs: paidMs }, ...shipping(source, paidMs)] }
  }
  // Given-up and expired orders are cancelled ones too.
  const calledOff = Math.max(0, cancelledShare - givenUp - expired)
  if (drawn < givenUp + expired + paidAgain + calledOff) return { firstCard: 'good', steps: [{ kind: 'call_off', atMs: after(10 * minuteMs, 6 * hourMs) }] }
  return { firstCard: 'good', steps: shipping(source, placedMs) }
}

function shipping(source: SeededSource, paidMs: number): readonly OrderStep[] {
  const firstMs = paidMs + source.integer(2 * hourMs, 40 * hourMs)
  const inTwo = source.chance(shares.inTwoParcels)
  const lastMs = inTwo ? firstMs + source.integer(12 * hourMs, 36 * hourMs) : firstMs
  const parcels: readonly OrderStep[] = [...(inTwo ? [{ kind: 'ship_part', atMs: firstMs } as const] : []), { kind: 'ship_rest', atMs: lastMs }]
  return [...parcels, { kind: 'deliver', atMs: lastMs + source.integer(20 * hourMs, 5 * dayMs) }]
}

function leftCart(source: SeededSource, placedMs: number): readonly OrderStep[] {
  return source.chance(shares.leftCarts) ? [{ kind: 'leave_cart', atMs: placedMs + source.integer(minuteMs, 3 * hourMs) }] : []
}
