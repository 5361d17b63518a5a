import type { OrderId, PaymentId } from '@cartwright/core/ports'
import { expect, test } from 'vitest'
import { expectSound, staff, type TestShop, testShop } from '../../test/test-shop.ts'
import { deliver, placedOrder, told, workInbox } from '../../test/webhook-shop.ts'

type Placed = Awaited<ReturnType<typeof placedOrder>>
type Ledger = TestShop['bank']['ledger']

const orderStates = ['pending', 'expired', 'cancelled'] as const
type OrderState = (typeof orderStates)[number]

interface History {
  readonly method: string
  readonly capture: 'automatic' | 'manual'
  /** What happens to the payment at the bank after its start. */
  readonly happens: (bank: Ledger, providerPaymentId: string) => void
  /** What the order comes to, by what it was when it heard of the payment: status and money. */
  readonly ends: Readonly<Record<OrderState, string>>
}

const asked = { method: 'card_requires_action', capture: 'automatic' } as const
const held = { ...asked, capture: 'manual' } as const
const paid = { ...asked, method: 'card_ok' } as const
const dead = { expired: 'expired none', cancelled: 'cancelled none' } as const

/** The table of CORRECTNESS, "Payments", for the events of one payment. */
const histories = {
  succeeds: {
    ...asked,
    happens: (bank, id) => void bank.completeAction(id),
    ends: { pending: 'confirmed paid', expired: 'confirmed paid', cancelled: 'cancelled refunded' },
  },
  fails: { ...asked, happens: (bank, id) => void bank.abandonAction(id), ends: { ...dead, pending: 'pending none' } },
  'is cancelled': { ...asked, happens: (bank, id) => void bank.cancelElsewhere(id), ends: { ...dead, pending: 'cancelled none' } },
  'waits for its buyer': { ...asked, happens: () => undefined, ends: { ...dead, pending: 'pending pending' } },
  'is authorised': { ...held, happens: (bank, id) => void bank.completeAction(id), ends: { ...dead, pending: 'confirmed authorised' } },
  'is authorised and captured': {
    ...held,
    happens: (bank, id) => {
      bank.completeAction(id)
      bank.captureElsewhere(id)
    },
    ends: { pending: 'confirmed paid', expired: 'confirmed paid', cancelled: 'cancelled refunded' },
  },
  'is authorised and let go': {
    ...held,
    happens: (bank, id) => {
      bank.completeAction(id)
      bank.cancelElsewhere(id)
    },
    ends: { ...dead, pending: 'cancelled none' },
  },
  'succeeds and is refunded in part': {
    ...paid,
    happens: (bank, id) => void bank.refundElsewhere(id, 500),
    ends: { pending: 'confirmed partially_refunded', expired: 'confirmed partially_refunded', cancelled: 'cancelled refunded' },
  },
  'succeeds and is lost in a dispute': {
    ...paid,
    happens: (bank, id) => void bank.decideDispute(bank.openDispute(id).providerDisputeId, 'lost'),
    ends: { pending: 'confirmed refunded', expired: 'confirmed refunded', cancelled: 'cancelled refunded' },
  },
} as const satisfies Record<string, History>

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length <= 1) return [items]
  return items.flatMap((first, index) => permutations(items.filter((_item, other) => other !== index)).map((rest) => [first, ...rest]))
}

/** Brings an order, whose start of the payment was lost on its way to the bank, into a state. */
async function bringInto(state: OrderState, { clock, commerce }: TestShop, { order }: Placed): Promise<void> {
  if (state === 'pending') return
  clock.advance(state === 'expired' ? 20 * 60_000 : 60_000)
  if (state === 'expired') await commerce.worker.runOnce({ jobs: ['expiry'] })
  else await commerce.orders.cancel({ actor: staff, orderId: order.id })
}

/** The start arrives after all, and the payment has its history. */
function arrive({ bank }: TestShop, { order, payment }: Placed, { method, capture, happens }: History): void {
  const answer = bank.ledger.start({
    paymentId: payment.id as PaymentId,
    orderId: order.id as OrderId,
    orderNumber: order.number,
    amount: { amountMinor: order.totalMinor, currency: order.currency },
    method,
    capture,
    idempotencyKey: `late:${payment.id}`,
  })
  if (answer.outcome !== 'accepted') throw new Error('the bank did not take the payment')
  happens(bank.ledger, answer.value.providerPaymentId)
}

/** Tells the events in the n-th of all the orders there are. @returns how many those are, and what the shop's order came to. */
async function hear(shop: TestShop, history: History, state: OrderState, nth: number): Promise<{ ways: number; ending: string }> {
  const before = told(shop.bank).length
  const placed = await placedOrder(shop, 'card_unreachable', history.capture)
  await bringInto(state, shop, placed)
  arrive(shop, placed, history)
  const ways = permutations(told(shop.bank).slice(before))
  for (const event of ways[nth] ?? []) {
    await deliver(shop, [event])
    await workInbox(shop.commerce)
  }
  shop.clock.advance(60_000)
  await shop.commerce.worker.runOnce({ jobs: ['inbox', 'completer', 'refunds'] })
  const { status, paymentStatus } = await placed.read()
  return { ways: ways.length, ending: `${status} ${paymentStatus}` }
}

test.each(Object.keys(histories) as (keyof typeof histories)[])(
  'C2, C5: a payment that %s comes to the same by every order of its events, whatever its order was by then',
  { timeout: 60_000 },
  async (name) => {
    for (const state of orderStates) {
      const shop = await testShop()
      await shop.commerce.inventory.adjust({ sku: 'MUG', by: 100, reason: 'received' })
      const { ways, ending: first } = await hear(shop, histories[name], state, 0)
      const endings = [first]
      while (endings.length < ways) endings.push((await hear(shop, histories[name], state, endings.length)).ending)
      expect(endings.length).toBeGreaterThan(1)
      expect([...new Set(endings)]).toEqual([histories[name].ends[state]])
      shop.clock.advance(60 * 60_000)
      await shop.commerce.worker.runOnce()
      await expectSound(shop.commerce)
    }
  },
)
