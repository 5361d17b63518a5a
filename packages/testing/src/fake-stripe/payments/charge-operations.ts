import { z } from 'zod'
import { changedMetadata } from '../http/change-metadata.ts'
import { madeWithin, pageOf } from '../http/list-pages.ts'
import { type Operation, operation } from '../http/operation.ts'
import { created, expand, flag, metadata, paging, text } from '../http/parameters.ts'
import { missing } from '../http/stripe-refusal.ts'
import { closeDispute, submitEvidence } from './dispute-life.ts'

const byPayment = z.strictObject({
  ...paging,
  charge: text.optional(),
  payment_intent: text.optional(),
  customer: text.optional(),
  created: created.optional(),
})

export const chargeOperations: readonly Operation[] = [
  operation('GET', '/v1/charges', byPayment.omit({ charge: true }), ({ books, params }) => {
    const wanted = [...books.charges.values()].filter(
      (charge) =>
        (params.payment_intent === undefined || charge.payment_intent === params.payment_intent) &&
        (params.customer === undefined || charge.customer === params.customer) &&
        madeWithin(charge.created, params.created),
    )
    return pageOf(wanted, params, '/v1/charges')
  }),
  operation('GET', '/v1/charges/{charge}', z.strictObject({ expand }), ({ books, id }) => books.charge(id)),
  operation(
    'POST',
    '/v1/charges/{charge}',
    z.strictObject({ metadata: metadata.optional(), description: text.optional(), expand }),
    ({ books, params, id }) => {
      const charge = books.charge(id)
      charge.metadata = changedMetadata(charge.metadata, params.metadata)
      charge.description = params.description ?? charge.description
      books.record('charge.updated', charge)
      return charge
    },
  ),
  operation('GET', '/v1/disputes', byPayment.omit({ customer: true }), ({ books, params }) => {
    const wanted = [...books.disputes.values()].filter(
      (dispute) =>
        (params.charge === undefined || dispute.charge === params.charge) &&
        (params.payment_intent === undefined || dispute.payment_intent === params.payment_intent) &&
        madeWithin(dispute.created, params.created),
    )
    return pageOf(wanted, params, '/v1/disputes')
  }),
  operation('GET', '/v1/disputes/{dispute}', z.strictObject({ expand }), ({ books, id }) => books.dispute(id)),
  operation(
    'POST',
    '/v1/disputes/{dispute}',
    z.strictObject({ evidence: z.record(z.string(), z.string()).optional(), submit: flag.optional(), metadata: metadata.optional(), expand }),
    ({ books, params, id }) => {
      const dispute = books.dispute(id)
      dispute.metadata = changedMetadata(dispute.metadata, params.metadata)
      submitEvidence(books, dispute, params.evidence ?? {}, params.submit ?? true)
      return dispute
    },
  ),
  operation('POST', '/v1/disputes/{dispute}/close', z.strictObject({ expand }), ({ books, id }) => {
    const dispute = books.dispute(id)
    closeDispute(books, dispute, 'lost')
    return dispute
  }),
  operation('GET', '/v1/balance_transactions/{id}', z.strictObject({ expand }), ({ books, id }) => {
    const transaction = books.balanceTransactions.get(id)
    if (transaction === undefined) throw missing('balance_transaction', id, 'id')
    return transaction
  }),
]
