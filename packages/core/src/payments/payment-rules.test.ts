import { describe, expect, test } from 'vitest'
import type { OrderId, PaymentId } from '../ids.ts'
import { steps } from '../transition-table.ts'
import type { Payment } from './payment.ts'
import { type PaymentStatus, paymentMachine } from './payment-machine.ts'
import type { ProviderPayment, ProviderPaymentStatus } from './payment-provider.ts'
import { abandonUnseen, applyProviderPayment, applyRejection, checkDelayMs } from './payment-rules.ts'

const now = new Date('2026-03-01T12:00:00Z')
const earlier = new Date('2026-03-01T11:00:00Z')

function payment(patch: Partial<Payment> = {}): Payment {
  return {
    id: 'p-1' as PaymentId,
    orderId: 'o-1' as OrderId,
    provider: 'fake',
    providerPaymentId: null,
    method: 'card',
    capture: 'automatic',
    status: 'created',
    amountMinor: 1000,
    currency: 'USD',
    authorisedMinor: 0,
    capturedMinor: 0,
    declineCode: null,
    action: null,
    idempotency: null,
    nextCheckAt: now,
    checks: 0,
    createdAt: earlier,
    updatedAt: earlier,
    version: 3,
    ...patch,
  }
}

function observed(status: ProviderPaymentStatus, patch: Partial<ProviderPayment> = {}): ProviderPayment {
  return {
    providerPaymentId: 'pp-1',
    paymentId: 'p-1' as PaymentId,
    orderId: 'o-1' as OrderId,
    status,
    amount: { amountMinor: 1000, currency: 'USD' },
    capturableMinor: status === 'requires_capture' ? 1000 : 0,
    capturedMinor: status === 'succeeded' ? 1000 : 0,
    refundedMinor: 0,
    action: status === 'requires_action' ? { type: 'redirect', value: 'https://bank.example/3ds' } : null,
    decline: status === 'failed' ? { code: 'stolen_card', buyerMessage: 'The card was declined.' } : null,
    live: true,
    createdAt: earlier,
    ...patch,
  }
}

describe('given a created payment, when the provider says', () => {
  test.each([
    ['requires_action', { status: 'requires_action', action: { type: 'redirect', value: 'https://bank.example/3ds' } }],
    ['processing', { status: 'processing' }],
    ['requires_capture', { status: 'authorised', authorisedMinor: 1000, capturedMinor: 0 }],
    ['succeeded', { status: 'captured', capturedMinor: 1000, authorisedMinor: 0 }],
    ['failed', { status: 'failed', declineCode: 'stolen_card' }],
    ['canceled', { status: 'cancelled' }],
  ] as const)('%s, then it becomes so', (status, expected) => {
    const { payment: after, event } = applyProviderPayment(payment(), observed(status), now)
    expect(after).toMatchObject({ ...expected, providerPaymentId: 'pp-1', version: 4, nextCheckAt: null, updatedAt: now })
    expect(event).not.toBeNull()
  })
})

describe('old news changes nothing', () => {
  const statuses: readonly ProviderPaymentStatus[] = ['requires_action', 'processing', 'requires_capture', 'failed', 'canceled', 'succeeded']
  test.each(statuses)('a captured payment stays captured when the provider is read as %s', (status) => {
    const captured = payment({ status: 'captured', capturedMinor: 1000, providerPaymentId: 'pp-1' })
    expect(applyProviderPayment(captured, observed(status), now)).toEqual({ payment: captured, event: null })
  })

  test('every order of the same reports ends in the same state', () => {
    const reports = ['requires_action', 'processing', 'requires_capture', 'succeeded'] as const
    for (const order of permutations(reports)) {
      const after = order.reduce((state, status) => applyProviderPayment(state, observed(status), now).payment, payment())
      expect([order, after.status, after.capturedMinor]).toEqual([order, 'captured', 1000])
    }
  })

  test('a payment given up is revived by money only', () => {
    for (const status of ['failed', 'cancelled'] as const) {
      expect(applyProviderPayment(payment({ status }), observed('processing'), now).event).toBeNull()
      expect(applyProviderPayment(payment({ status }), observed('succeeded'), now).payment.status).toBe('captured')
    }
  })
})

describe('money that does not fit is put under review', () => {
  test.each([
    ['another amount', { amount: { amountMinor: 999, currency: 'USD' }, capturedMinor: 999 }, 999],
    ['another currency', { amount: { amountMinor: 1000, currency: 'EUR' } }, 0],
    ['less captured than asked for', { capturedMinor: 400 }, 400],
    ['another order', { orderId: 'o-2' as OrderId }, 0],
    ['another payment of ours', { paymentId: 'p-2' as PaymentId }, 0],
    ['nobody', { paymentId: null, orderId: null }, 0],
  ])('%s; only what came of this very payment, in its currency, is booked as money to give back', (_what, patch, capturedMinor) => {
    expect(applyProviderPayment(payment(), observed('succeeded', patch), now)).toMatchObject({
      event: 'quarantine',
      payment: { status: 'review', capturedMinor },
    })
  })

  test('another provider payment than the one it is bound to', () => {
    const bound = payment({ status: 'processing', providerPaymentId: 'pp-0' })
    expect(applyProviderPayment(bound, observed('succeeded'), now).payment.status).toBe('review')
  })
})

test('a refusal without a provider payment fails it; a payment never seen is looked for again', () => {
  expect(applyRejection(payment(), 'card_declined', now)).toMatchObject({
    event: 'fail',
    payment: { status: 'failed', declineCode: 'card_declined', nextCheckAt: null },
  })
  expect(abandonUnseen(payment(), now)).toMatchObject({ event: 'cancel', payment: { status: 'cancelled', nextCheckAt: new Date('2026-03-01T12:10:00Z') } })
  const captured = payment({ status: 'captured' })
  expect(abandonUnseen(captured, now)).toEqual({ payment: captured, event: null })
})

test('looks get rarer, from 5 seconds to one hour', () => {
  expect([0, 1, 2, 9, 10, 500].map(checkDelayMs)).toEqual([5_000, 10_000, 20_000, 2_560_000, 3_600_000, 3_600_000])
})

test('every step of the table is taken by some report, refusal or giving up', () => {
  const taken = new Set<string>()
  const reports: readonly ProviderPaymentStatus[] = ['requires_action', 'processing', 'requires_capture', 'succeeded', 'failed', 'canceled']
  for (const status of Object.keys(paymentMachine.transitions) as PaymentStatus[]) {
    for (const report of reports) record(applyProviderPayment(payment({ status }), observed(report), now).event, status)
    record(applyProviderPayment(payment({ status }), observed('succeeded', { capturedMinor: 1 }), now).event, status)
  }
  function record(event: string | null, from: string) {
    if (event !== null) taken.add(`${from} ${event}`)
  }
  expect(taken).toEqual(new Set(steps(paymentMachine).map(({ from, event }) => `${from} ${event}`)))
})

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((item, index) => permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]))
}
