import { setTimeout as sleep } from 'node:timers/promises'
import type { PaymentProvider, Random } from '@cartwright/core/ports'
import { callLedger } from './call-ledger.ts'
import { FakePaymentLedger } from './fake-payment-ledger.ts'
import { type LedgerWire, ledgerProvider, type WebhookOptions } from './ledger-provider.ts'

export interface FakePaymentsOptions extends WebhookOptions {
  /** What callers name as `payment.provider`. @default 'fake' */
  readonly name?: string
  /** The books. @default a new, empty ledger */
  readonly ledger?: FakePaymentLedger
  /** Each request and each answer takes up to this long, in milliseconds. @default 0 */
  readonly delayMs?: number
  /** Where the delays are drawn from. @default every delay is `delayMs` in full */
  readonly random?: Random
  /** The clock of the ledger that is made when none is given. @default the process's clock */
  readonly now?: () => Date
}

/** A payment provider in this process, with the ledger it keeps. */
export interface FakePayments extends PaymentProvider {
  readonly ledger: FakePaymentLedger
}

/**
 * A payment provider that needs no account and no network. The method's name says what happens: see `fakeMethods`.
 *
 * @example
 * const payments = fakePayments()
 * const commerce = await createCommerce({ storage, currency: 'USD', payments: [payments] })
 * // … place({ …, payment: { provider: 'fake', method: 'card_requires_action' } })
 * payments.ledger.completeAction(providerPaymentId)
 */
export function fakePayments(options: FakePaymentsOptions = {}): FakePayments {
  const ledger = options.ledger ?? new FakePaymentLedger(options.now === undefined ? {} : { now: options.now })
  const travel = delay(options.delayMs ?? 0, options.random)
  const wire: LedgerWire = async (call, request, signal) => {
    await travel(signal)
    const answer = callLedger(ledger, call, request)
    await travel(signal)
    return answer
  }
  return { ...ledgerProvider(options.name ?? 'fake', wire, options), ledger }
}

function delay(delayMs: number, random: Random | undefined): (signal: AbortSignal) => Promise<void> {
  return async (signal) => {
    signal.throwIfAborted()
    if (delayMs <= 0) return
    const share = random === undefined ? 1 : (random.bytes(1)[0] ?? 0) / 255
    await sleep(delayMs * share, undefined, { signal })
  }
}
