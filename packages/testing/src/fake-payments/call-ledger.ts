import type { FakePaymentLedger } from './fake-payment-ledger.ts'
import type { LedgerCall, LedgerCalls } from './ledger-requests.ts'

type Handlers = { readonly [C in LedgerCall]: (ledger: FakePaymentLedger, request: LedgerCalls[C]['request']) => LedgerCalls[C]['answer'] }

const handlers: Handlers = {
  start: (ledger, request) => ledger.start(request),
  capture: (ledger, request) => ledger.capture(request),
  void: (ledger, request) => ledger.void(request),
  refund: (ledger, request) => ledger.refund(request),
  getPayment: (ledger, request) => ledger.getPayment(request),
  findByOurId: (ledger, request) => ledger.findByOurId(request),
  getRefund: (ledger, request) => ledger.getRefund(request),
  findRefunds: (ledger, request) => ledger.findRefunds(request),
  getDispute: (ledger, request) => ledger.getDispute(request),
  findDisputes: (ledger, request) => ledger.findDisputes(request),
  listPayments: (ledger, request) => ledger.listPayments(request),
  listEvents: (ledger, request) => ledger.listEvents(request),
}

export function isLedgerCall(name: string): name is LedgerCall {
  return Object.hasOwn(handlers, name)
}

/** Puts one request to the ledger. */
export function callLedger<C extends LedgerCall>(ledger: FakePaymentLedger, call: C, request: LedgerCalls[C]['request']): LedgerCalls[C]['answer'] {
  return handlers[call](ledger, request)
}
