import type { Dispute, PaymentReport, ProviderReport, Refund } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { titled } from '../terminal/titled.ts'
import { amount, moment, spaced } from '../terminal/words.ts'
import { eventsTable } from './webhooks-list.ts'

interface PaymentsShowOptions extends ShopOptions {
  /** Its id. */
  readonly payment: string
  /** Whether to ask the provider too. */
  readonly provider?: boolean
}

interface WholePayment extends PaymentReport {
  /** What the provider says; only when it was asked. */
  readonly atProvider?: ProviderReport
}

/** Shows one payment with all that belongs to it, and, if asked for, how its provider sees it. */
export async function paymentsShow(output: Output, options: PaymentsShowOptions): Promise<number> {
  const request = { actor: staff, paymentId: options.payment.toLowerCase() }
  const whole = await withCommerce(options, { create: false }, async ({ payments }): Promise<WholePayment> => {
    const report = await payments.report(request)
    return options.provider === true ? { ...report, atProvider: await payments.providerReport(request) } : report
  })
  output.result(whole, () => inWords(whole, output))
  return 0
}

function inWords(whole: WholePayment, output: Output): string {
  const { payment, history, events, atProvider } = whole
  const { paint } = output
  const money = (minor: number) => amount(minor, payment.currency)
  const sections = [
    [
      `${paint('bold', money(payment.amountMinor))}  ${paint('cyan', spaced(payment.status))}  by ${payment.provider}`,
      `captured ${money(payment.capturedMinor)}, authorised ${money(payment.authorisedMinor)}${payment.declineCode === null ? '' : `, ${payment.declineCode}`}`,
      paint('dim', `${payment.id}, there ${payment.providerPaymentId ?? 'not known yet'}`),
      paint('dim', `of order ${payment.orderId}`),
    ].join('\n'),
    titled('Refunds', whole.refunds.map(refundWords), output),
    titled('Disputes', whole.disputes.map(disputeWords), output),
    titled(
      'History',
      history.map(({ at, status, actor }) => `${moment(at)}  ${spaced(status)}  by ${actor.id ?? actor.type}`),
      output,
    ),
    events.length === 0 ? '' : [paint('bold', 'Webhooks'), eventsTable(events, output)].join('\n'),
    atProvider === undefined ? '' : providerWords(atProvider, output),
  ]
  return sections.filter((section) => section !== '').join('\n\n')
}

function refundWords({ createdAt, amountMinor, currency, status, reason }: Refund): string {
  return `${moment(createdAt)}  ${amount(amountMinor, currency)} ${spaced(status)}: ${reason}`
}

function disputeWords({ createdAt, amountMinor, currency, status, reason, evidenceDueBy }: Dispute): string {
  const due = evidenceDueBy === null || status !== 'open' ? '' : `, to be answered by ${moment(evidenceDueBy)}`
  return `${moment(createdAt)}  ${amount(amountMinor, currency)} ${status}: ${reason}${due}`
}

function providerWords({ payments, refunds, disputes }: ProviderReport, output: Output): string {
  const lines = [
    ...payments.map(({ providerPaymentId, status, amount: asked, capturedMinor, refundedMinor }) => {
      const moved = `captured ${amount(capturedMinor, asked.currency)}, refunded ${amount(refundedMinor, asked.currency)}`
      return `${providerPaymentId}  ${amount(asked.amountMinor, asked.currency)} ${spaced(status)}, ${moved}`
    }),
    ...refunds.map((refund) => `${refund.providerRefundId}  refund of ${amount(refund.amount.amountMinor, refund.amount.currency)} ${refund.status}`),
    ...disputes.map((dispute) => `${dispute.providerDisputeId}  dispute of ${amount(dispute.amount.amountMinor, dispute.amount.currency)} ${dispute.status}`),
  ]
  return titled('At the provider', lines.length === 0 ? ['nothing'] : lines, output)
}
