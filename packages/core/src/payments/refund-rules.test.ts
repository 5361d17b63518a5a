import { describe, expect, test } from 'vitest'
import type { DisputeId, OrderId, PaymentId, RefundId } from '../ids.ts'
import type { OrderPaymentStatus, OrderStatus } from '../orders/order-machine.ts'
import type { Dispute, Payment, Refund } from './payment.ts'
import type { ProviderDispute, ProviderRefund } from './payment-provider.ts'
import { applyProviderDispute, applyProviderRefund, refundableMinor, refundMadeElsewhere, returnStep } from './refund-rules.ts'

const now = new Date('2026-03-01T12:00:00Z')
const earlier = new Date('2026-03-01T11:00:00Z')
const ids = { paymentId: 'p-1' as PaymentId, orderId: 'o-1' as OrderId, provider: 'fake', currency: 'USD', createdAt: earlier, updatedAt: earlier }
const payment = { ...ids, id: 'p-1', capturedMinor: 1000 } as unknown as Payment

function refund(patch: Partial<Refund> = {}): Refund {
  const state = { status: 'pending', amountMinor: 400, reason: 'returned', nextAttemptAt: now, attempts: 1, version: 2 } as const
  return { ...ids, id: 'r-1' as RefundId, providerRefundId: null, idempotencyKey: 'k', orderRefundId: null, ...state, ...patch }
}

function dispute(patch: Partial<Dispute> = {}): Dispute {
  const state = { status: 'open', amountMinor: 600, reason: 'fraudulent', evidenceDueBy: now, version: 1 } as const
  return { ...ids, id: 'd-1' as DisputeId, providerDisputeId: 'pd-1', ...state, ...patch }
}

const theirRefund = (status: ProviderRefund['status']): ProviderRefund => ({
  providerRefundId: 'pr-1',
  providerPaymentId: 'pp-1',
  refundId: null,
  status,
  amount: { amountMinor: 400, currency: 'USD' },
  createdAt: earlier,
})

const theirDispute = (status: ProviderDispute['status'], evidenceDueBy: Date | null = now): ProviderDispute => ({
  providerDisputeId: 'pd-1',
  providerPaymentId: 'pp-1',
  status,
  amount: { amountMinor: 600, currency: 'USD' },
  reason: 'fraudulent',
  evidenceDueBy,
  createdAt: earlier,
})

describe('what may still be refunded', () => {
  test.each([
    [1000, [], []],
    [600, [refund()], []],
    [1000, [refund({ status: 'failed' })], []],
    [400, [], [dispute()]],
    [400, [], [dispute({ status: 'lost' })]],
    [1000, [], [dispute({ status: 'won' })]],
    [0, [refund({ status: 'succeeded' }), refund()], [dispute()]],
    [1000, [refund({ paymentId: 'p-2' as PaymentId })], [dispute({ paymentId: 'p-2' as PaymentId })]],
  ])('%i of 1000', (left, refunds, disputes) => {
    expect(refundableMinor(payment, refunds, disputes)).toBe(left)
  })
})

describe('a refund, when its provider shows it', () => {
  test('moves on, is not looked at any more once it is over, and takes the provider’s id', () => {
    const done = applyProviderRefund(refund(), theirRefund('succeeded'), now)
    expect(done).toMatchObject({ status: 'succeeded', providerRefundId: 'pr-1', nextAttemptAt: null, updatedAt: now, version: 3 })
    expect(applyProviderRefund(refund(), theirRefund('pending'), now)).toMatchObject({ status: 'pending', providerRefundId: 'pr-1', nextAttemptAt: now })
  })

  test('fails after it had succeeded, and is not brought back by an older look', () => {
    const done = refund({ status: 'succeeded', providerRefundId: 'pr-1', nextAttemptAt: null })
    const failed = applyProviderRefund(done, theirRefund('failed'), now)
    expect(failed).toMatchObject({ status: 'failed', version: 3 })
    for (const status of ['pending', 'succeeded', 'failed'] as const) expect(applyProviderRefund(failed, theirRefund(status), now)).toBe(failed)
    expect(applyProviderRefund(done, theirRefund('pending'), now)).toBe(done)
  })

  test('gets a record under the provider’s id when it was made elsewhere, and is looked at while it is pending', () => {
    const made = refundMadeElsewhere('r-2' as RefundId, payment, theirRefund('pending'), now)
    expect(made).toMatchObject({
      idempotencyKey: 'provider:pr-1',
      status: 'pending',
      amountMinor: 400,
      version: 1,
      nextAttemptAt: new Date('2026-03-01T12:00:05Z'),
    })
    expect(refundMadeElsewhere('r-2' as RefundId, payment, theirRefund('succeeded'), now).nextAttemptAt).toBeNull()
  })
})

test('a dispute is decided, and decided anew, and is never open again', () => {
  const won = applyProviderDispute(dispute(), theirDispute('won', null), now)
  expect(won).toMatchObject({ status: 'won', evidenceDueBy: null, version: 2 })
  expect(applyProviderDispute(won, theirDispute('lost', null), now)).toMatchObject({ status: 'lost', version: 3 })
  expect(applyProviderDispute(won, theirDispute('open', null), now)).toBe(won)
  const same = dispute()
  expect(applyProviderDispute(same, theirDispute('open'), now)).toBe(same)
  expect(applyProviderDispute(same, theirDispute('open', null), now)).toMatchObject({ status: 'open', evidenceDueBy: null, version: 2 })
})

test.each<[string | undefined, OrderStatus, OrderPaymentStatus, number, number]>([
  [undefined, 'confirmed', 'paid', 1000, 0],
  ['refund_part', 'confirmed', 'paid', 1000, 400],
  ['refund_rest', 'confirmed', 'paid', 1000, 1000],
  ['refund_rest', 'confirmed', 'partially_refunded', 1000, 1000],
  ['refund_failed', 'confirmed', 'partially_refunded', 1000, 0],
  ['refund_failed', 'confirmed', 'refunded', 1000, 0],
  ['refund_part_failed', 'confirmed', 'refunded', 1000, 400],
  [undefined, 'confirmed', 'partially_refunded', 1000, 400],
  [undefined, 'confirmed', 'paid', 2000, 1000],
  ['refund_part', 'cancelled', 'paid', 2000, 1000],
  ['refund_rest', 'confirmed', 'review', 1000, 1000],
  [undefined, 'confirmed', 'review', 1000, 400],
  [undefined, 'confirmed', 'authorised', 0, 0],
  [undefined, 'expired', 'none', 0, 0],
])('%s follows for an order that is %s and %s, of which %i was captured and %i went back', (step, status, paymentStatus, capturedMinor, returnedMinor) => {
  expect(returnStep({ status, paymentStatus, totalMinor: 1000 }, { capturedMinor, returnedMinor })).toBe(step)
})
