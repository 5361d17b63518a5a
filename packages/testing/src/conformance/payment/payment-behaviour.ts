import type { Payment, Storage } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { insertedOrder } from '../order/stored-orders.ts'
import { captured, findPayment, insertedPayment, insertedRefund, paymentHistoryOf } from './stored-payments.ts'

export function paymentBehaviour(options: StorageSuiteOptions): void {
  describe('payments', () => {
    const storage = testStorage(options)
    const history = (payment: Payment) => storage().snapshot(at(0), (snapshot) => snapshot.payments.history({ paymentId: payment.id }), { fresh: true })

    it('gives back what was put in, with its first history entry', async () => {
      const payment = await insertedPayment(storage(), { status: 'requires_action', action: { type: 'redirect', value: 'https://bank.example/1' } })
      expect(await findPayment(storage(), payment)).toEqual(payment)
      expect(await history(payment)).toEqual([{ ...paymentHistoryOf(payment), eventId: expect.any(String) }])
      const withoutKey = await insertedPayment(storage(), { idempotency: null, nextCheckAt: null, declineCode: 'insufficient_funds', status: 'failed' })
      expect(await findPayment(storage(), withoutKey)).toEqual(withoutKey)
    })

    it('finds nothing under ids that nobody used', async () => {
      const { payments } = await storage().snapshot(at(0), async (snapshot) => ({
        payments: [
          await snapshot.payments.find({ paymentId: ids.next() }),
          await snapshot.payments.findByProviderId({ provider: 'fake', providerPaymentId: 'none' }),
          await snapshot.payments.ofOrder({ orderId: ids.next() }),
          await snapshot.payments.history({ paymentId: ids.next() }),
        ],
      }))
      expect(payments).toEqual([undefined, undefined, [], []])
    })

    it('are found by the id that their provider knows them by, and by no other provider’s', async () => {
      const payment = await insertedPayment(storage(), captured)
      const find = (provider: string) =>
        storage().snapshot(at(0), (snapshot) => snapshot.payments.findByProviderId({ provider, providerPaymentId: 'p-1' }), { fresh: true })
      expect([await find('fake'), await find('other')]).toEqual([payment, undefined])
    })

    it('are found by many such ids at once, with all of their refunds', async () => {
      const paid = [await insertedPayment(storage(), captured), await insertedPayment(storage(), { ...captured, providerPaymentId: 'p-2' })]
      await insertedPayment(storage(), { ...captured, provider: 'other', providerPaymentId: 'p-3' })
      await insertedPayment(storage())
      const [first] = paid
      const refunds = first === undefined ? [] : [await insertedRefund(storage(), first)]
      const found = await storage().snapshot(
        at(0),
        async ({ payments }) => ({
          payments: await payments.findByProviderIds({ provider: 'fake', providerPaymentIds: ['p-1', 'p-2', 'p-3', 'p-4'] }),
          refunds: await payments.refundsOfPayments({ paymentIds: paid.map(({ id }) => id) }),
          none: [await payments.findByProviderIds({ provider: 'fake', providerPaymentIds: [] }), await payments.refundsOfPayments({ paymentIds: [] })],
        }),
        { fresh: true },
      )
      expect(found.payments.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(paid.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
      expect([found.refunds, found.none]).toEqual([refunds, [[], []]])
    })

    it('lists every payment of an order, oldest first, and none of another', async () => {
      const order = await insertedOrder(storage())
      const second = await insertedPayment(storage(), { createdAt: moment(2000) }, order)
      const first = await insertedPayment(storage(), { createdAt: moment(1000), status: 'failed', nextCheckAt: null }, order)
      await insertedPayment(storage())
      expect(await storage().snapshot(at(0), (snapshot) => snapshot.payments.ofOrder({ orderId: order.id }))).toEqual([first, second])
    })

    it('scans all payments in the order of their ids, on from any of them', async () => {
      const made = [await insertedPayment(storage()), await insertedPayment(storage()), await insertedPayment(storage())]
      const sorted = [...made].sort((a, b) => (a.id < b.id ? -1 : 1))
      const [first] = sorted
      const scan = (params: { readonly afterId?: Payment['id']; readonly limit: number }) =>
        storage().snapshot(at(0), (snapshot) => snapshot.payments.scan(params))
      expect(await scan({ limit: 10 })).toEqual(sorted)
      expect(await scan({ limit: 1, ...(first === undefined ? {} : { afterId: first.id }) })).toEqual(sorted.slice(1, 2))
    })

    it('lets one of ten concurrent saves of one version through, with one history entry', async () => {
      const payment = await insertedPayment(storage())
      const other = await storage.another()
      const paid: Payment = { ...payment, ...captured, version: 2 }
      const save = (handle: Storage) =>
        handle.transaction(at(0), (tx) => tx.payments.save({ payment: paid, expectedVersion: 1, history: paymentHistoryOf(paid) }))
      const results = await Promise.all(Array.from({ length: 10 }, (_, index) => save(index % 2 === 0 ? storage() : other)))
      expect(results.filter((result) => result === 'saved')).toHaveLength(1)
      expect(await findPayment(storage(), payment)).toEqual(paid)
      expect((await history(payment)).map(({ version, status }) => [version, status])).toEqual([
        [1, 'created'],
        [2, 'captured'],
      ])
    })

    it('writes nothing, and no history, when the version is another one', async () => {
      const payment = await insertedPayment(storage())
      const wrong: Payment = { ...payment, ...captured, version: 3 }
      const saved = await storage().transaction(at(0), (tx) => tx.payments.save({ payment: wrong, expectedVersion: 2, history: paymentHistoryOf(wrong) }))
      expect(saved).toBe('stale')
      expect(await findPayment(storage(), payment)).toEqual(payment)
      expect(await history(payment)).toHaveLength(1)
    })
  })
}
