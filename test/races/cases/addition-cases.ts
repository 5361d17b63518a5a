import type { Order } from '@cartwright/core/ports'
import { type CaseOptions, type CaseResult, type Finding, runCase } from '../race-case.ts'
import { type Answer, address } from '../tasks/buyer.ts'
import type { StaffPlan } from '../tasks/staff-task.ts'
import { paidOrders, staffAll } from './refund-cases.ts'

const adds = 2
/** What the others do about an order meanwhile: the first order is sent, the second cancelled, and so on. */
const rivals = ['ship_all', 'cancel', 'readdress', 'remove_units'] as const
/** What adding may come to: in time, too late, or beaten to it until its callers gave up. */
const added: ReadonlySet<string> = new Set(['confirmed', 'ORDER_CLOSED'])
/** An order goes elsewhere with all that is added to it, so not while that waits for its money. */
const rivalled: ReadonlySet<string> = new Set(['done', 'ORDER_CLOSED'])

/** A20: orders are added to while they are sent, cancelled, sent elsewhere and cut down: each addition is in, with all that follows, or was refused. */
export function addedMeanwhile(options: CaseOptions): Promise<CaseResult> {
  const count = options.size === 'full' ? 80 : 4
  return runCase('A20', options, { supply: { HOT: { main: 2_000 }, MORE: { main: 2_000 } } }, async (arena) => {
    const orders = await paidOrders(arena, count)
    const plans = orders.flatMap((order, index): StaffPlan[] => [
      { act: 'add', orderId: order.id, sku: 'MORE', key: `first ${order.id}` },
      rivalOf(order, rivals[index % rivals.length] ?? 'cancel'),
      { act: 'add', orderId: order.id, sku: 'MORE', key: `second ${order.id}` },
    ])
    const { answers, busy } = await staffAll(arena, plans)
    return ({ orders: all }): Finding => ({
      problems: [...busy, ...answers.flatMap(oddAnswer), ...orders.flatMap(({ id }) => oddAdditions(id, all, answers))],
    })
  })
}

function rivalOf({ id: orderId, lines: [line] }: Order, act: (typeof rivals)[number]): StaffPlan {
  if (act === 'readdress') return { act, orderId, shippingAddress: { ...address, line1: '2 Main Street' } }
  return act === 'remove_units' ? { act, orderId, orderLineId: line?.id ?? '', quantity: 1 } : { act, orderId }
}

function oddAnswer({ who, outcome, message }: Answer): readonly string[] {
  return (who.startsWith('add ') ? added : rivalled).has(outcome) ? [] : [`${who}: ${outcome} ${message ?? ''}`]
}

/** What is wrong with what was added to an order, beside what the audit says. */
function oddAdditions(orderId: string, all: readonly Order[], answers: readonly Answer[]): readonly string[] {
  const additions = all.filter(({ addsTo }) => addsTo === orderId)
  const confirmed = answers.filter(({ who, outcome }) => who === `add ${orderId}` && outcome === 'confirmed')
  const missing = confirmed.filter(({ orderId: id }) => !additions.some((addition) => addition.id === id))
  const cancelled = all.some(({ id, status }) => id === orderId && status === 'cancelled')
  return [
    ...missing.map(({ who }) => `${who} was confirmed and is not there`),
    ...(additions.length <= adds ? [] : [`${additions.length} additions to order ${orderId}, which was added to ${adds} times`]),
    ...additions.filter(({ status }) => status !== (cancelled ? 'cancelled' : 'confirmed')).map(({ id, status }) => `addition ${id} is ${status}`),
  ]
}
