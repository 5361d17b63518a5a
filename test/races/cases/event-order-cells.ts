import type { OrderId, PaymentId, ProviderEvent } from '@cartwright/core/ports'
import { type SeededRandom, signWebhook } from '@cartwright/testing'
import { type Bench, openBench, type QuotedCart, staff } from '../../mutants/workbench.ts'
import { plantNamed } from '../../planted/plants.ts'
import type { CaseOptions } from '../race-case.ts'
import { type HeardState, type History, heard, heardStates, type OrderState, unheard, unheardStates } from './event-histories.ts'

const secret = 'fake-webhook-secret'
const minute = 60_000

/** One cell of the table: a payment's history, and how its order stands when it hears of it. */
interface Cell {
  readonly name: string
  readonly history: History
  readonly state: OrderState
  readonly ends: string
}

function cellsOf(histories: Readonly<Record<string, History>>, states: readonly OrderState[]): readonly Cell[] {
  return Object.entries(histories).flatMap(([name, history]) =>
    states.flatMap((state) => {
      const ends = history.ends[state]
      return ends === undefined ? [] : [{ name: `a payment that ${name}, of an order that is ${state}`, history, state, ends }]
    }),
  )
}

/** The table, a row each; the longest histories come last. */
export const cells = [...cellsOf(unheard, unheardStates), ...cellsOf(heard, heardStates)]

/** What a run plays of one cell, in a shop of its own. */
export interface Part {
  /** Its place in the table. */
  readonly cell: number
  /** Which of the permutations of the events. */
  readonly chosen: { readonly from: number; readonly count: number } | { readonly drawnBy: SeededRandom; readonly count: number }
}

/** How a part went. */
export interface PartPlayed {
  readonly cell: number
  /** How many permutations the events of the cell have, played or not; 0 when it cannot be told. */
  readonly permutations: number
  readonly played: number
  /** How the orders should not have ended, each with one order of the events that leads there. */
  readonly wrong: Readonly<Record<string, string>>
  readonly problems: readonly string[]
}

/** Plays a new order for each of the permutations: they come to be in one shop, which is looked through in the end. */
export async function playPart({ cell, chosen }: Part, { plant, engine, strategy }: CaseOptions): Promise<PartPlayed> {
  const { name, history, state, ends } = cellAt(cell)
  const bench = await openBench({ plant: plantNamed(plant), engine, strategy })
  const found = new Map<string, string>()
  let permutations = 0
  let played = 0
  try {
    let orders: readonly (readonly number[])[] = [[]]
    for (; played < orders.length; played += 1) {
      const { events, read } = await arrange(bench, history, state)
      if (played === 0) {
        const all = permutationsOf(events.length)
        permutations = all.length
        orders = 'from' in chosen ? all.slice(chosen.from, chosen.from + chosen.count) : drawn(all, chosen)
      }
      const order = orders[played] ?? []
      for (const index of order) await tell(bench, events[index])
      await settle(bench)
      if (history.later !== undefined) {
        await tellNew(bench, () => history.later?.(bench.bank.ledger))
        await settle(bench)
      }
      found.set(await read(), order.map((index) => events[index]?.type).join(', '))
    }
    const [expected, alarms] = split(ends)
    const wrong = [...found].filter(([ending]) => ending !== expected).map(([ending, order]) => [`${name}: ${ending} instead of ${expected}`, order])
    const problems = (await unsound(bench, alarms)).map((problem) => `${name}: ${problem}`)
    return { cell, permutations, played, wrong: Object.fromEntries(wrong), problems }
  } catch (error) {
    return { cell, permutations, played, wrong: {}, problems: [`${name}: threw ${String(error)}`] }
  } finally {
    await bench.close()
  }
}

function cellAt(index: number): Cell {
  const cell = cells[index]
  if (cell === undefined) throw new RangeError(`there is no cell ${index}`)
  return cell
}

interface Arranged {
  /** Those of the payment, in the order in which they happened. */
  readonly events: readonly ProviderEvent[]
  readonly read: () => Promise<string>
}

/** Brings a new order into a state, then lets its payment have its history at the bank. */
async function arrange(bench: Bench, history: History, state: OrderState): Promise<Arranged> {
  const { bank, commerce } = bench
  await commerce.inventory.adjust({ sku: 'HOT', by: 2, reason: 'received' })
  const cart = await bench.quoted('ada', { HOT: 2 })
  const isHeard = (heardStates as readonly string[]).includes(state)
  const orderId = isHeard ? await placeHeard(bench, cart, history, state as HeardState) : await placeUnheard(bench, cart, state)
  const [payment] = await commerce.payments.ofOrder({ actor: staff, orderId })
  if (payment === undefined) throw new Error('the order has no payment')
  const providerPaymentId = payment.providerPaymentId ?? arrive(bench, { ...payment, orderId }, history)
  history.happens(bank.ledger, providerPaymentId)
  const read = async () => {
    const { status, paymentStatus, disputed } = await commerce.orders.get({ actor: staff, id: orderId })
    return `${status} ${paymentStatus}${disputed ? ' disputed' : ''}`
  }
  return { events: toldBy(bench).filter((event) => event.providerPaymentId === providerPaymentId), read }
}

/** An order whose payment was started, and answered. */
async function placeHeard({ commerce, clock }: Bench, cart: QuotedCart, { method }: History, state: HeardState): Promise<OrderId> {
  const { order } = await place(commerce, cart, { method, capture: state === 'authorised' ? 'manual' : 'automatic' })
  clock.advance(minute)
  if (state === 'refunded') await commerce.orders.cancel({ actor: staff, orderId: order.id })
  return order.id
}

/** An order whose payment the bank has not heard of. */
async function placeUnheard(bench: Bench, cart: QuotedCart, state: OrderState): Promise<OrderId> {
  const { bank, clock, commerce, faults } = bench
  const paidByAnother = state.endsWith('by another')
  if (paidByAnother) faults.start = async () => ({ outcome: 'rejected', decline: { code: 'card_declined', buyerMessage: 'No.' }, value: null })
  const { order } = await place(commerce, cart, { method: 'card_unreachable', capture: 'automatic' })
  delete faults.start
  clock.advance(state === 'expired' || state === 'sold out' ? 20 * minute : minute)
  if (state === 'expired' || state === 'sold out') await commerce.worker.runOnce({ jobs: ['expiry'] })
  if (state === 'sold out') await commerce.inventory.adjust({ sku: 'HOT', to: 0, reason: 'counted' })
  if (state === 'cancelled') await commerce.orders.cancel({ actor: staff, orderId: order.id })
  if (paidByAnother) {
    const payment = { provider: 'fake', method: 'card_ok', capture: state === 'authorised by another' ? 'manual' : 'automatic' } as const
    await commerce.checkout.resume({ actor: staff, orderId: order.id, payment, idempotencyKey: `again ${order.id}` })
  }
  if (state === 'refunded by another') {
    const [paying] = bank.ledger.listPayments({ limit: 100_000 }).items.slice(-1)
    await tellNew(bench, () => bank.ledger.refundElsewhere(paying?.providerPaymentId ?? ''))
  }
  return order.id
}

function place(
  commerce: Bench['commerce'],
  { customerId, cartId, total }: QuotedCart,
  payment: { readonly method: string; readonly capture: 'automatic' | 'manual' },
) {
  const actor = { type: 'customer', customerId } as const
  return commerce.checkout.place({ actor, cartId, expectedTotal: total, payment: { provider: 'fake', ...payment }, idempotencyKey: `place ${cartId}` })
}

/** The start comes to the bank after all, or somebody charges in its name. @returns the payment's id there */
function arrive({ bank }: Bench, payment: { readonly id: string; readonly orderId: string }, { method, capture = 'automatic', charged }: History): string {
  const subject = { paymentId: payment.id as PaymentId, orderId: payment.orderId as OrderId }
  if (charged !== undefined) return bank.ledger.chargeElsewhere({ ...subject, amount: charged }).providerPaymentId
  const amount = { amountMinor: 2500, currency: 'USD' }
  const answer = bank.ledger.start({ ...subject, orderNumber: 'LATE', amount, method, capture, idempotencyKey: `late:${payment.id}` })
  if (answer.outcome !== 'accepted') throw new Error('the bank did not take the payment')
  return answer.value.providerPaymentId
}

/** Tells one event and lets the worker act on it. */
async function tell({ commerce, clock }: Bench, event: ProviderEvent | undefined): Promise<void> {
  if (event === undefined) throw new Error('there is no such event')
  await commerce.payments.handleWebhook({ provider: 'fake', ...signWebhook(event, { secret, at: clock.date() }) })
  await commerce.worker.runOnce({ jobs: ['inbox'] })
}

/** Tells what happens at the bank meanwhile. */
async function tellNew(bench: Bench, meanwhile: () => void): Promise<void> {
  const before = toldBy(bench).length
  meanwhile()
  for (const event of toldBy(bench).slice(before)) await tell(bench, event)
}

function toldBy({ bank }: Bench): readonly ProviderEvent[] {
  return bank.ledger.listEvents({ limit: 100_000 }).items
}

/** Lets the shop return what it owes, and the bank finish that: a card whose refunds wait would keep them waiting. */
async function settle(bench: Bench): Promise<void> {
  const { bank, clock, commerce } = bench
  const work = async () => {
    clock.advance(minute)
    await commerce.worker.runOnce({ jobs: ['inbox', 'completer', 'refunds'] })
  }
  await work()
  for (const { refundId, status, providerRefundId } of bank.ledger.refunds()) {
    if (refundId !== null && status === 'pending') bank.ledger.settleRefund(providerRefundId)
  }
  await work()
}

/** Checks every invariant, once all of the orders have had their time. @param alarms - the checks that must speak up, and no others */
async function unsound({ clock, commerce }: Bench, alarms: readonly string[]): Promise<readonly string[]> {
  clock.advance(60 * minute)
  await commerce.worker.runOnce()
  const { checks } = await commerce.audit({ providers: true, graceMs: 0 })
  const broken = checks.filter(({ violations }) => violations > 0)
  return [
    ...broken.filter(({ id }) => !alarms.includes(id)).map(({ id, samples }) => `audit ${id} ${JSON.stringify(samples[0])}`),
    ...alarms.filter((alarm) => broken.every(({ id }) => id !== alarm)).map((alarm) => `the audit does not see ${alarm}`),
  ]
}

/** What an order comes to, and the checks of the audit that call for staff. */
function split(ends: string): readonly [string, readonly string[]] {
  const words = ends.split(' ')
  const isCheck = (word: string) => /^I\d+$/.test(word)
  return [words.filter((word) => !isCheck(word)).join(' '), words.filter(isCheck)]
}

function permutationsOf(count: number): readonly (readonly number[])[] {
  const items = Array.from({ length: count }, (_, index) => index)
  const all = (left: readonly number[]): readonly (readonly number[])[] =>
    left.length <= 1 ? [left] : left.flatMap((first) => all(left.filter((other) => other !== first)).map((rest) => [first, ...rest]))
  return all(items)
}

/** Some of them, no two alike, drawn by the seed; all, where that is no more. */
function drawn<T>(all: readonly T[], { drawnBy, count }: { readonly drawnBy: SeededRandom; readonly count: number }): readonly T[] {
  const lots = all.map((order) => ({ order, lot: drawnBy.integer(0, 2 ** 31) }))
  return lots
    .sort((one, other) => one.lot - other.lot)
    .slice(0, count)
    .map(({ order }) => order)
}
