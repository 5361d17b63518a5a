import type {
  Money,
  PaymentId,
  ProviderChange,
  ProviderDispute,
  ProviderEvent,
  ProviderPayment,
  ProviderRefund,
  RefundId,
  StartPaymentParams,
} from '@cartwright/core/ports'

/** The provider's answer, or `lost` when it never reaches the caller. */
export type LedgerAnswer<T> = ProviderChange<T> | { readonly outcome: 'lost' }

export type StartRequest = Omit<StartPaymentParams, 'signal'>

export interface CaptureRequest {
  readonly providerPaymentId: string
  readonly idempotencyKey: string
  readonly amountMinor?: number
}

export interface VoidRequest {
  readonly providerPaymentId: string
  readonly idempotencyKey: string
}

export interface RefundRequest {
  readonly providerPaymentId: string
  readonly refundId: RefundId
  readonly amount: Money
  readonly idempotencyKey: string
}

export interface ListRequest {
  readonly createdFrom?: Date
  /** The id of the last item of the page before. */
  readonly after?: string
  readonly limit: number
}

export interface ListPage<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
}

/** Every question that can be put to the fake bank, with its answer: what the in-process and the HTTP provider have in common. */
export interface LedgerCalls {
  start: { request: StartRequest; answer: LedgerAnswer<ProviderPayment> }
  capture: { request: CaptureRequest; answer: LedgerAnswer<ProviderPayment> }
  void: { request: VoidRequest; answer: LedgerAnswer<ProviderPayment> }
  refund: { request: RefundRequest; answer: LedgerAnswer<ProviderRefund> }
  getPayment: { request: { readonly providerPaymentId: string }; answer: ProviderPayment | undefined }
  findByOurId: { request: { readonly paymentId: PaymentId }; answer: readonly ProviderPayment[] }
  getRefund: { request: { readonly providerRefundId: string }; answer: ProviderRefund | undefined }
  findRefunds: { request: { readonly providerPaymentId: string }; answer: readonly ProviderRefund[] }
  getDispute: { request: { readonly providerDisputeId: string }; answer: ProviderDispute | undefined }
  findDisputes: { request: { readonly providerPaymentId: string }; answer: readonly ProviderDispute[] }
  listPayments: { request: ListRequest; answer: ListPage<ProviderPayment> }
  listEvents: { request: ListRequest; answer: ListPage<ProviderEvent> }
}

export type LedgerCall = keyof LedgerCalls
/** Money that has moved, in minor units. */
export interface MoneyMoved {
  readonly capturedMinor: number
  readonly refundedMinor: number
}

/** What the bank holds, for comparison with what the shop believes. */
export interface LedgerTotals {
  readonly byCurrency: Readonly<Record<string, MoneyMoved>>
  /** By our payment id; payments that carry none are under their provider id. */
  readonly byPayment: Readonly<Record<string, MoneyMoved & { readonly currency: string }>>
}

/** The page after `after`, of items created at or after `createdFrom`. */
export function pageOf<Item extends { readonly createdAt: Date }>(all: readonly Item[], idOf: (item: Item) => string, request: ListRequest): ListPage<Item> {
  const start = request.after === undefined ? 0 : all.findIndex((item) => idOf(item) === request.after) + 1
  const matching = all.slice(start).filter((item) => request.createdFrom === undefined || item.createdAt >= request.createdFrom)
  const items = matching.slice(0, request.limit)
  const last = items.at(-1)
  return { items, next: last === undefined || matching.length === items.length ? null : idOf(last) }
}
