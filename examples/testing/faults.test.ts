import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce } from '@cartwright/core'
import { fakePayments, seededRandom } from '@cartwright/testing'
import { faultyPaymentProvider, faultyStorage, scriptedFaults, seededFaults } from '@cartwright/testing/faults'
import { expect, test } from 'vitest'
import { cartOfOneMug, stockMugs } from './one-mug.ts'

test('a commit whose answer is lost is found again by its key', async () => {
  // #region script
  const sound = sqliteStorage({ file: ':memory:' })
  const storage = faultyStorage(sound, scriptedFaults([{ call: 'transaction', nth: 5, fault: 'lost_commit' }]))
  // #endregion script
  const bank = fakePayments()
  const commerce = await createCommerce({ storage, currency: 'USD', payments: [bank] })
  await stockMugs(commerce) // 1
  const order = await cartOfOneMug(commerce) // 2, 3, 4
  await expect(commerce.checkout.place(order)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', retryable: true })
  // The buyer's browser comes back once the shop no longer counts the first call as running.
  const later = { now: () => ({ source: 'value', at: new Date(Date.now() + 60_000) }) as const }
  const again = await createCommerce({ storage: sound, currency: 'USD', payments: [bank], clock: later })
  expect(await again.checkout.place(order)).toMatchObject({ outcome: 'confirmed' })
  expect(bank.ledger.totals().byCurrency).toEqual({ USD: { capturedMinor: 1250, refundedMinor: 0 } })
  await again.close()
})

test('a bank behind a bad line charges once', async () => {
  const bank = fakePayments()
  // #region seeded
  const line = faultyPaymentProvider(bank, seededFaults(seededRandom(1), { request_lost: 0.2, answer_lost: 0.3, repeated: 0.2 }))
  // #endregion seeded
  const commerce = await createCommerce({ storage: sqliteStorage({ file: ':memory:' }), currency: 'USD', payments: [line] })
  await stockMugs(commerce)
  const { order, outcome } = await commerce.checkout.place(await cartOfOneMug(commerce))
  expect(outcome).toBe('pending')
  for (let minutes = 1; minutes < 60; minutes += 10) {
    const clock = { now: () => ({ source: 'value', at: new Date(Date.now() + minutes * 60_000) }) as const }
    const worker = await createCommerce({ storage: commerce.storage, currency: 'USD', payments: [line], clock })
    await worker.worker.runOnce()
  }
  expect(await commerce.orders.get({ actor: { type: 'system' }, id: order.id })).toMatchObject({ status: 'confirmed' })
  expect(bank.ledger.totals().byCurrency).toEqual({ USD: { capturedMinor: 1250, refundedMinor: 0 } })
  await commerce.close()
})
