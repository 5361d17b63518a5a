import type { AuditCheckId, EventId, Storage } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { historyOf, ids } from '../fixtures.ts'
import { recorded, take } from '../inbox/stored-events.ts'
import { at, minute, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { insertedRefund } from '../payment/stored-payments.ts'
import { held, stocked } from '../stock/stocked-shop.ts'
import { abandonKey, eventOf, sell, violated } from './sold-order.ts'

/** Writes a wrong through the stores' verbs. */
type Plant = (storage: Storage) => Promise<unknown>

const plants: readonly (readonly [id: AuditCheckId, wrong: string, plant: Plant])[] = [
  ['I5', 'a sale of units that nobody reserved', (storage) => sell(storage, { reserved: false })],
  ['I6', 'a confirmed order that is paid a cent too little', (storage) => sell(storage, { payment: { capturedMinor: 1299 } })],
  ['I6', 'a confirmed order whose payment failed', (storage) => sell(storage, { payment: { status: 'failed', capturedMinor: 0 } })],
  ['I7', 'money kept for an order that was cancelled', cancelWithoutRefund],
  ['I8', 'refunds of more than was captured', refundTwice],
  ['I9', 'a total that is not the sum of its lines', (storage) => sell(storage, { order: { subtotalMinor: 1100, totalMinor: 1400 } })],
  [
    'I11',
    'an order that credit is said to pay, and no account did',
    (storage) => sell(storage, { order: { creditMinor: 300 }, payment: { amountMinor: 1000, capturedMinor: 1000 } }),
  ],
  ['I12', 'two orders under one idempotency key', orderTwice],
  ['I13', 'one charge of the provider counted twice', countTwice],
  ['I14', 'a hold that outlived its time', (storage) => held(storage, [{ sku: 'MUG-1', quantity: 1 }], moment(minute))],
  ['I15', 'a step that no order takes', (storage) => sell(storage, { order: { fulfilmentStatus: 'delivered' } })],
  ['I15', 'a gap in the history of an order', leaveAGap],
  ['I16', 'an event of a provider that nobody acts on', (storage) => recorded(storage)],
  ['I16', 'an event of a provider whose change never happened', applyNothing],
  ['I17', 'steps without their events', (storage) => sell(storage, { events: false })],
  ['I17', 'a consumer that does not read', leaveUnread],
  ['I18', 'a key whose run was given up', (storage) => abandonKey(storage, 'k')],
  ['I19', 'a refund on another order than its payment', refundAnotherOrder],
  ['I21', 'a payment in another currency than its order', (storage) => sell(storage, { payment: { currency: 'EUR' } })],
]

export function violationBehaviour(options: StorageSuiteOptions): void {
  describe('a violation', () => {
    const storage = testStorage(options)

    it.each(plants)('of %s is refused by a constraint, or reported: %s', async (id, _wrong, plant) => {
      await stocked(storage(), { 'MUG-1': 10 })
      await sell(storage())
      expect(await violated(storage())).toEqual([])
      const refusal = await plant(storage()).then(
        () => undefined,
        (error: unknown) => error,
      )
      if (refusal === undefined) expect(await violated(storage())).toContain(id)
      else expect(refusal).toMatchObject({ code: 'CONSTRAINT_VIOLATION' })
    })
  })
}

async function cancelWithoutRefund(storage: Storage): Promise<void> {
  const { order } = await sell(storage)
  const cancelled = { ...order, status: 'cancelled', version: 3 } as const
  const history = historyOf(cancelled, 'cancelled')
  await storage.transaction(at(0), async (tx) => {
    if (order.reservationId !== null) await tx.stock.release({ reservationId: order.reservationId })
    await tx.orders.save({ order: cancelled, expectedVersion: 2, history })
    await tx.outbox.append([eventOf(history)])
  })
}

async function refundTwice(storage: Storage): Promise<void> {
  const { payment } = await sell(storage)
  for (const key of ['first', 'second']) await insertedRefund(storage, payment, { idempotencyKey: key })
}

async function orderTwice(storage: Storage): Promise<void> {
  const idempotency = { scope: 'customer:1', operation: 'checkout.place', key: 'the same' }
  for (let orders = 0; orders < 2; orders += 1) await sell(storage, { payment: { idempotency } })
}

async function countTwice(storage: Storage): Promise<void> {
  for (let orders = 0; orders < 2; orders += 1) await sell(storage, { payment: { providerPaymentId: 'the same' } })
}

async function leaveAGap(storage: Storage): Promise<void> {
  const { order } = await sell(storage)
  const later = { ...order, version: 4 }
  const history = historyOf(later, 'payment_updated')
  await storage.transaction(at(0), async (tx) => {
    await tx.orders.save({ order: later, expectedVersion: 2, history })
    await tx.outbox.append([eventOf(history)])
  })
}

async function applyNothing(storage: Storage): Promise<void> {
  const event = await recorded(storage)
  await take(storage, 0)
  const end = { state: 'processed', outcome: 'applied', domainEventId: ids.next<EventId>() } as const
  await storage.transaction(at(0), (tx) => tx.inbox.finish({ ...event, fence: 1, end }))
}

async function leaveUnread(storage: Storage): Promise<void> {
  await storage.transaction(at(0), (tx) => tx.outbox.claimConsumer({ name: 'mailer', leaseUntil: moment(minute) }))
}

async function refundAnotherOrder(storage: Storage): Promise<void> {
  const [one, other] = [await sell(storage), await sell(storage)]
  await insertedRefund(storage, one.payment, { orderId: other.order.id })
}
