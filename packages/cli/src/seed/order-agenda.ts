import { type OrderStepKind, type OrderTimetable, orderTimetable } from './order-timetable.ts'
import type { SeedPlan } from './seed-plan.ts'

/** One thing to do in the seeded shop. */
export interface AgendaItem {
  /** Of the order. */
  readonly order: number
  readonly kind: OrderStepKind
  readonly atMs: number
  readonly timetable: OrderTimetable
  /** Nothing happens to the order after it. */
  readonly isLast: boolean
}

/**
 * Everything that happens to all orders, in the order of time, so that the shop's clock never goes back. Holds the orders that are under way, which are those of
 * a week, whatever the number of all.
 */
export function* orderAgenda(plan: SeedPlan): Generator<AgendaItem> {
  const waiting: AgendaItem[] = []
  for (let order = 0; order < plan.parameters.orders; order += 1) {
    const timetable = orderTimetable(plan, order)
    const items = timetable.steps.map(({ kind, atMs }, place) => ({ order, kind, atMs, timetable, isLast: place === timetable.steps.length - 1 }))
    const placing = items.find(({ kind }) => kind === 'place')
    while (waiting[0] !== undefined && placing !== undefined && comesBefore(waiting[0], placing)) yield waiting.shift() as AgendaItem
    for (const item of items) insert(waiting, item)
  }
  yield* waiting
}

function comesBefore(one: AgendaItem, other: AgendaItem): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order)
}

function insert(sorted: AgendaItem[], item: AgendaItem): void {
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (comesBefore(item, sorted[middle] as AgendaItem)) to = middle
    else from = middle + 1
  }
  sorted.splice(from, 0, item)
}
