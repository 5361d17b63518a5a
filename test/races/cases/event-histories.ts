import type { FakePayments } from '@cartwright/testing'

type Ledger = FakePayments['ledger']

/**
 * How an order stands when it hears of a payment.
 *
 * In the first ones the start of the payment was lost on its way to the bank, and nobody has heard of it since; `… by another` means that the buyer has paid with another
 * card meanwhile. In the last ones the shop has had the answer to the start, and only the events are late.
 */
export const unheardStates = ['pending', 'expired', 'sold out', 'cancelled', 'authorised by another', 'paid by another', 'refunded by another'] as const
export const heardStates = ['authorised', 'confirmed', 'refunded'] as const
export type UnheardState = (typeof unheardStates)[number]
export type HeardState = (typeof heardStates)[number]
export type OrderState = UnheardState | HeardState

/**
 * What a payment goes through at the bank, and what an order comes to that hears of it: its status and that of its money, `disputed` where it is, and which checks of the
 * audit call for staff then. A state that is left out cannot have the history.
 */
export interface History<State extends OrderState = OrderState> {
  readonly method: string
  readonly capture?: 'automatic' | 'manual'
  /** Charged at the bank without a start of the shop's, in place of `method`. */
  readonly charged?: { readonly amountMinor: number; readonly currency: string }
  /** What happens after the start. */
  readonly happens: (bank: Ledger, providerPaymentId: string) => void
  /** What happens once the shop has heard of all that, and done what follows. */
  readonly later?: (bank: Ledger) => void
  readonly ends: Readonly<Partial<Record<State, string>>>
}

/** What an order keeps to that has no use for the payment, and gives back what it brings. */
const settled = {
  expired: 'expired none',
  'sold out': 'expired none',
  cancelled: 'cancelled none',
  'authorised by another': 'confirmed authorised',
  'paid by another': 'confirmed paid',
  'refunded by another': 'confirmed refunded',
} as const

/** What becomes of money that is there in full. */
const money = { ...settled, pending: 'confirmed paid', expired: 'confirmed paid', 'sold out': 'expired refunded', cancelled: 'cancelled refunded' } as const

/** Returns in part, then as often as it is told to: succeeded, failed after all. */
function refunded(bank: Ledger, id: string, ...outcomes: readonly ('succeeded' | 'failed')[]): void {
  const { providerRefundId } = bank.refundElsewhere(id, 500)
  for (const outcome of outcomes) bank.settleRefund(providerRefundId, outcome)
}

/** Decides the dispute over the payment, which is the newest. */
function decided(bank: Ledger, decision: 'won' | 'lost'): void {
  const { subject } = bank.listEvents({ limit: 100_000 }).items.findLast(({ type }) => type === 'dispute.opened') ?? {}
  bank.decideDispute(subject?.id ?? '', decision)
}

function disputed(bank: Ledger, id: string, ...decisions: readonly ('won' | 'lost')[]): void {
  const { providerDisputeId } = bank.openDispute(id)
  for (const decision of decisions) bank.decideDispute(providerDisputeId, decision)
}

/** What becomes of money that is not what was asked for: staff must look where it may be meant to pay; elsewhere it goes back. */
const odd = { ...settled, pending: 'pending review', expired: 'expired refunded', 'sold out': 'expired refunded', cancelled: 'cancelled refunded' } as const

const asks = 'card_requires_action'

export const unheard: Readonly<Record<string, History<UnheardState>>> = {
  'waits for its buyer': { method: asks, happens: () => {}, ends: { ...settled, pending: 'pending pending' } },
  'is processing': { method: 'card_never', happens: () => {}, ends: { ...settled, pending: 'pending pending' } },
  'processes, then succeeds': { method: 'card_never', happens: (bank, id) => void bank.settle(id), ends: money },
  'is authorised': {
    method: asks,
    capture: 'manual',
    happens: (bank, id) => void bank.completeAction(id),
    ends: { ...settled, pending: 'confirmed authorised' },
  },
  'is authorised and captured': {
    method: asks,
    capture: 'manual',
    happens: (bank, id) => {
      bank.completeAction(id)
      bank.captureElsewhere(id)
    },
    ends: money,
  },
  'is captured in part': {
    method: asks,
    capture: 'manual',
    happens: (bank, id) => {
      bank.completeAction(id)
      bank.captureElsewhere(id, 1000)
    },
    ends: odd,
  },
  'is authorised and let go': {
    method: asks,
    capture: 'manual',
    happens: (bank, id) => {
      bank.completeAction(id)
      bank.cancelElsewhere(id)
    },
    ends: { ...settled, pending: 'cancelled none' },
  },
  succeeds: { method: asks, happens: (bank, id) => void bank.completeAction(id), ends: money },
  'is of another amount': { method: 'card_ok', charged: { amountMinor: 50, currency: 'USD' }, happens: () => {}, ends: odd },
  'is of another currency': {
    method: 'card_ok',
    charged: { amountMinor: 2500, currency: 'EUR' },
    happens: () => {},
    // The shop has no books in that currency: only the bank can return it, and the audit says so.
    ends: {
      pending: 'pending review I22',
      expired: 'expired review I22',
      'sold out': 'expired review I22',
      cancelled: 'cancelled review I22',
      'authorised by another': 'confirmed authorised I22',
      'paid by another': 'confirmed paid I22',
      'refunded by another': 'confirmed refunded I22',
    },
  },
  fails: { method: asks, happens: (bank, id) => void bank.abandonAction(id), ends: { ...settled, pending: 'pending none' } },
  'is cancelled': { method: asks, happens: (bank, id) => void bank.cancelElsewhere(id), ends: { ...settled, pending: 'cancelled none' } },
  'is refunded in part': {
    method: 'card_ok',
    happens: (bank, id) => refunded(bank, id),
    ends: { ...money, pending: 'confirmed partially_refunded', expired: 'confirmed partially_refunded' },
  },
  'is refunded in part, which fails after all': { method: 'card_slow_refund', happens: (bank, id) => refunded(bank, id, 'succeeded', 'failed'), ends: money },
  'is disputed': {
    method: 'card_ok',
    happens: (bank, id) => disputed(bank, id),
    ends: {
      pending: 'confirmed paid disputed',
      expired: 'confirmed paid disputed',
      'sold out': 'expired paid disputed',
      cancelled: 'cancelled paid disputed',
      'authorised by another': 'confirmed authorised disputed',
      'paid by another': 'confirmed paid disputed',
      'refunded by another': 'confirmed refunded disputed',
    },
  },
  'is disputed, which the shop wins': { method: 'card_ok', happens: (bank, id) => disputed(bank, id, 'won'), ends: money },
  'is disputed, which the shop wins long after': {
    method: 'card_ok',
    happens: (bank, id) => disputed(bank, id),
    later: (bank) => decided(bank, 'won'),
    ends: money,
  },
  'is disputed and lost long after': {
    method: 'card_ok',
    happens: (bank, id) => disputed(bank, id),
    later: (bank) => decided(bank, 'lost'),
    ends: { ...money, pending: 'confirmed refunded', expired: 'confirmed refunded' },
  },
  'is disputed and lost': {
    method: 'card_ok',
    happens: (bank, id) => disputed(bank, id, 'lost'),
    ends: { ...money, pending: 'confirmed refunded', expired: 'confirmed refunded' },
  },
}

export const heard: Readonly<Record<string, History<HeardState>>> = {
  'goes no further': {
    method: 'card_ok',
    happens: () => {},
    ends: { authorised: 'confirmed authorised', confirmed: 'confirmed paid', refunded: 'cancelled refunded' },
  },
  'is captured': { method: 'card_ok', happens: (bank, id) => void bank.captureElsewhere(id), ends: { authorised: 'confirmed paid' } },
  'is captured in part': { method: 'card_ok', happens: (bank, id) => void bank.captureElsewhere(id, 1000), ends: { authorised: 'confirmed review I6' } },
  'is let go': { method: 'card_ok', happens: (bank, id) => void bank.cancelElsewhere(id), ends: { authorised: 'confirmed review I6' } },
  'is refunded in part': { method: 'card_ok', happens: (bank, id) => refunded(bank, id), ends: { confirmed: 'confirmed partially_refunded' } },
  'is refunded in part, which takes its time': { method: 'card_slow_refund', happens: (bank, id) => refunded(bank, id), ends: { confirmed: 'confirmed paid' } },
  'is refunded in part, which fails after all': {
    method: 'card_slow_refund',
    happens: (bank, id) => refunded(bank, id, 'succeeded', 'failed'),
    ends: { confirmed: 'confirmed paid' },
  },
  'has its refund fail after all': {
    method: 'card_ok',
    happens: (bank) => void bank.settleRefund(bank.refunds().at(-1)?.providerRefundId ?? '', 'failed'),
    ends: { refunded: 'cancelled paid I7' },
  },
  'is disputed': {
    method: 'card_ok',
    happens: (bank, id) => disputed(bank, id),
    ends: { confirmed: 'confirmed paid disputed', refunded: 'cancelled refunded disputed' },
  },
  'is disputed, which the shop wins': {
    method: 'card_ok',
    happens: (bank, id) => disputed(bank, id, 'won'),
    ends: { confirmed: 'confirmed paid', refunded: 'cancelled refunded' },
  },
  'is disputed and lost': {
    method: 'card_ok',
    happens: (bank, id) => disputed(bank, id, 'lost'),
    ends: { confirmed: 'confirmed refunded', refunded: 'cancelled refunded' },
  },
  'is disputed and lost, which an appeal turns round': {
    method: 'card_ok',
    happens: (bank, id) => disputed(bank, id, 'lost', 'won'),
    ends: { confirmed: 'confirmed paid', refunded: 'cancelled refunded' },
  },
}
