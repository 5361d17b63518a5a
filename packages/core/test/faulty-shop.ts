import type { PaymentProvider } from '@cartwright/core/ports'
import { fakePayments, manualClock } from '@cartwright/testing'
import { testShop } from './test-shop.ts'
import { testStorage } from './test-storage.ts'

/** What a provider answers when nothing certain came back. */
export const unknown = async () => ({ outcome: 'unknown', cause: new Error('reset') }) as const

/**
 * A test shop whose bank can be made to fail and whose process can be made to die: `faults` replaces methods of the provider while the shop is open, `dieAt`
 * makes the next calls throw at that step.
 */
export async function faultyShop() {
  const clock = manualClock(new Date('2026-03-01T12:00:00Z'))
  const bank = fakePayments({ now: clock.date })
  const faults: Partial<PaymentProvider> = {}
  const provider = new Proxy(bank, { get: (target, name) => Reflect.get(faults, name) ?? Reflect.get(target, name) }) as PaymentProvider
  let diesAt = ''
  const probe = async (step: string) => {
    if (step === diesAt) throw new Error(`died at ${step}`)
  }
  const warnings: string[] = []
  const note = (_fields: object, message: string) => void warnings.push(message)
  const logger = { debug() {}, info() {}, warn: note, error: note }
  const storage = await testStorage()
  const { commerce } = await testShop({ payments: [provider], clock, probe, logger, storage })
  return {
    commerce,
    clock,
    bank,
    faults,
    warnings,
    storage,
    dieAt: (step: string) => {
      diesAt = step
    },
    /** Every payment at the bank. */
    theirs: () => bank.ledger.listPayments({ limit: 100 }).items,
    /** Every payment of an order, as it is stored. */
    ours: (orderId: string) => storage.snapshot(clock.now(), (snapshot) => snapshot.payments.ofOrder({ orderId: orderId as never })),
  }
}
