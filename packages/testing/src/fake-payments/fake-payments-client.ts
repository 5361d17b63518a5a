import type { PaymentProvider } from '@cartwright/core/ports'
import { type LedgerWire, ledgerProvider, type WebhookOptions } from './ledger-provider.ts'
import { decode, encode } from './wire-format.ts'

export interface FakePaymentsClientOptions extends WebhookOptions {
  /** The `url` of `serveFakePayments`. */
  readonly url: string
  /** What callers name as `payment.provider`. @default 'fake' */
  readonly name?: string
}

/** The same provider as `fakePayments`, with its ledger in another process. */
export function fakePaymentsClient(options: FakePaymentsClientOptions): PaymentProvider {
  const wire: LedgerWire = async (call, request, signal) => {
    const response = await fetch(`${options.url}/${call}`, { method: 'POST', body: encode(request), signal })
    if (!response.ok) throw new Error(`the fake provider answered ${response.status}: ${await response.text()}`)
    return decode(await response.text()) as never
  }
  return ledgerProvider(options.name ?? 'fake', wire, options)
}
