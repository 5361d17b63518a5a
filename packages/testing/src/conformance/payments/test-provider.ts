import type { PaymentId, ProviderChange, ProviderPayment, ProviderRefund, RefundId, StartPaymentParams } from '@cartwright/core/ports'
import { ids } from '../fixtures.ts'
import { openedForTest } from '../opened-for-test.ts'
import type { OpenedProvider, PaymentProviderSuiteOptions } from './payment-provider-suite.ts'

/** A provider that is opened before each test of the surrounding `describe`. */
export function testProvider(options: PaymentProviderSuiteOptions): () => OpenedProvider {
  return openedForTest(options.open, ({ dispose }) => dispose())
}

/** Part of the opened provider that a test needs. @throws when it is missing, though the options do not say that it is lacking. */
export function given<T>(part: T | undefined, name: string): T {
  if (part === undefined) throw new Error(`open() gives no \`${name}\`: add it, or say in \`lacks\` why there is none`)
  return part
}

/** What a lookup takes when nobody calls it off. */
export function unhurried(): { readonly signal: AbortSignal } {
  return { signal: new AbortController().signal }
}

/** A start of 25.00 with a card that works, changed by `overrides`. */
export function aStart({ methods, currency }: OpenedProvider, overrides: Partial<StartPaymentParams> = {}): StartPaymentParams {
  const paymentId = ids.next<PaymentId>()
  return {
    paymentId,
    orderId: ids.next(),
    orderNumber: 'K7QX-29MF',
    amount: { amountMinor: 2500, currency },
    method: methods.ok,
    capture: 'automatic',
    idempotencyKey: `start:${paymentId}`,
    ...unhurried(),
    ...overrides,
  }
}

/** Starts, and gives back the payment. @throws unless it is accepted. */
export async function started(opened: OpenedProvider, overrides: Partial<StartPaymentParams> = {}): Promise<ProviderPayment> {
  return accepted(await opened.provider.start(aStart(opened, overrides)))
}

export function accepted<T>(change: ProviderChange<T>): T {
  if (change.outcome !== 'accepted') throw new Error(`expected the change to be accepted, not ${change.outcome}`)
  return change.value
}

/** Refunds part of a payment, under a key of its own unless one is given. */
export function refund(
  opened: OpenedProvider,
  payment: ProviderPayment,
  amountMinor: number,
  overrides: { readonly refundId?: RefundId; readonly idempotencyKey?: string } = {},
): Promise<ProviderChange<ProviderRefund>> {
  const refundId = overrides.refundId ?? ids.next<RefundId>()
  return opened.provider.refund({
    providerPaymentId: payment.providerPaymentId,
    refundId,
    amount: { amountMinor, currency: opened.currency },
    idempotencyKey: overrides.idempotencyKey ?? `refund:${refundId}`,
    ...unhurried(),
  })
}

export function reread(opened: OpenedProvider, payment: ProviderPayment): Promise<ProviderPayment | undefined> {
  return opened.provider.getPayment({ providerPaymentId: payment.providerPaymentId, ...unhurried() })
}
