import type { PaymentId, ProviderChange, ProviderPayment, ProviderRefund, RefundId, StartPaymentParams } from '@cartwright/core/ports'
import { afterEach, beforeEach } from 'vitest'
import { ids } from '../fixtures.ts'
import type { OpenedProvider, PaymentProviderSuiteOptions } from './payment-provider-suite.ts'

/** A provider that is opened before each test of the surrounding `describe`. */
export function testProvider(options: PaymentProviderSuiteOptions): () => OpenedProvider {
  let opened: OpenedProvider | undefined
  beforeEach(async () => {
    opened = await options.open()
  })
  afterEach(async () => {
    await opened?.dispose()
    opened = undefined
  })
  return () => {
    if (opened === undefined) throw new Error('the provider is open during tests only')
    return opened
  }
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
