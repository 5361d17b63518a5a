import { z } from 'zod'
import type { StripeBooks } from '../books/stripe-books.ts'
import type { Charge } from '../books/stripe-objects.ts'
import { changedMetadata } from '../http/change-metadata.ts'
import { madeWithin, pageOf } from '../http/list-pages.ts'
import { type Operation, operation } from '../http/operation.ts'
import { created, expand, integer, metadata, paging, text } from '../http/parameters.ts'
import { invalidRequest } from '../http/stripe-refusal.ts'
import { cancelRefund, makeRefund } from './refund-life.ts'

const createParameters = z.strictObject({
  amount: integer.optional(),
  charge: text.optional(),
  payment_intent: text.optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  metadata: metadata.optional(),
  expand,
})

const listParameters = z.strictObject({ ...paging, charge: text.optional(), payment_intent: text.optional(), created: created.optional() })

export const refundOperations: readonly Operation[] = [
  operation('POST', '/v1/refunds', createParameters, ({ books, params }) =>
    makeRefund(books, chargeToRefund(books, params), { amount: params.amount, reason: params.reason ?? null, metadata: changedMetadata({}, params.metadata) }),
  ),
  operation('GET', '/v1/refunds', listParameters, ({ books, params }) => {
    const all = params.payment_intent === undefined ? [...books.refunds.values()] : (books.refundsByIntent.get(params.payment_intent) ?? [])
    const wanted = all.filter((refund) => (params.charge === undefined || refund.charge === params.charge) && madeWithin(refund.created, params.created))
    return pageOf(wanted, params, '/v1/refunds')
  }),
  operation('GET', '/v1/refunds/{refund}', z.strictObject({ expand }), ({ books, id }) => books.refund(id)),
  operation('POST', '/v1/refunds/{refund}', z.strictObject({ metadata: metadata.optional(), expand }), ({ books, params, id }) => {
    const refund = books.refund(id)
    refund.metadata = changedMetadata(refund.metadata, params.metadata)
    books.record('refund.updated', refund)
    return refund
  }),
  operation('POST', '/v1/refunds/{refund}/cancel', z.strictObject({ expand }), ({ books, id }) => {
    const refund = books.refund(id)
    cancelRefund(books, refund)
    return refund
  }),
]

function chargeToRefund(books: StripeBooks, params: { readonly charge?: string | undefined; readonly payment_intent?: string | undefined }): Charge {
  if ((params.charge === undefined) === (params.payment_intent === undefined))
    throw invalidRequest('A refund is of a charge or of a payment intent.', {
      code: params.charge === undefined ? 'parameter_missing' : 'parameters_exclusive',
      param: 'payment_intent',
    })
  if (params.charge !== undefined) return books.charge(params.charge, 'charge', 400)
  const intent = books.intent(params.payment_intent ?? '', 'payment_intent', 400)
  if (intent.status !== 'succeeded')
    throw invalidRequest(`The payment intent ${intent.id} has no charge that could be refunded.`, { code: 'payment_intent_unexpected_state' })
  return books.latestCharge(intent)
}
