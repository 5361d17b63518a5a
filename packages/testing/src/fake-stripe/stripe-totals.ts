import type { StripeBooks } from './books/stripe-books.ts'
import type { PaymentIntent, Refund } from './books/stripe-objects.ts'

/** Money in Stripe's unit of the currency. */
export interface StripeMoneyMoved {
  readonly captured: number
  /** Refunds that have succeeded, or are on their way. */
  readonly refunded: number
  /** What lost and open disputes have taken back. */
  readonly disputed: number
}

export interface StripeTotals {
  readonly byCurrency: Readonly<Record<string, StripeMoneyMoved>>
  /** By the value of a metadata key, or else by the id of the intent. */
  readonly byPayment: Readonly<Record<string, StripeMoneyMoved & { readonly currency: string; readonly intents: number }>>
}

const nothing: StripeMoneyMoved = { captured: 0, refunded: 0, disputed: 0 }

/** Adds up what has moved. @param metadataKey - the key under which the shop keeps its own id. */
export function stripeTotals(books: StripeBooks, metadataKey: string | undefined): StripeTotals {
  const byCurrency: Record<string, StripeMoneyMoved> = {}
  const byPayment: Record<string, StripeMoneyMoved & { readonly currency: string; readonly intents: number }> = {}
  for (const intent of books.intents.items) {
    const moved = movedBy(books, intent)
    const name = (metadataKey === undefined ? undefined : intent.metadata[metadataKey]) ?? intent.id
    byCurrency[intent.currency] = sum(byCurrency[intent.currency], moved)
    byPayment[name] = { ...sum(byPayment[name], moved), currency: intent.currency, intents: (byPayment[name]?.intents ?? 0) + 1 }
  }
  return { byCurrency, byPayment }
}

function movedBy(books: StripeBooks, intent: PaymentIntent): StripeMoneyMoved {
  const counts = ({ status }: Refund): boolean => status !== 'failed' && status !== 'canceled'
  const refunded = (books.refundsByIntent.get(intent.id) ?? []).filter(counts).reduce((total, { amount }) => total + amount, 0)
  const disputes = [...books.disputes.values()].filter(({ payment_intent: id }) => id === intent.id)
  const taken = disputes.flatMap(({ balance_transactions: transactions }) => transactions).reduce((total, { amount }) => total - amount, 0)
  return { captured: intent.amount_received, refunded, disputed: taken }
}

function sum(a: StripeMoneyMoved = nothing, b: StripeMoneyMoved): StripeMoneyMoved {
  return { captured: a.captured + b.captured, refunded: a.refunded + b.refunded, disputed: a.disputed + b.disputed }
}
