import { creditMachine } from '../../packages/core/src/credit/credit-machine.ts'
import { inboxMachine } from '../../packages/core/src/inbox/inbox-machine.ts'
import { reservationMachine } from '../../packages/core/src/inventory/reservation-machine.ts'
import { fulfilmentMachine, orderFulfilmentMachine, orderMachine, orderPaymentMachine } from '../../packages/core/src/orders/order-machine.ts'
import { disputeMachine, paymentMachine, refundMachine } from '../../packages/core/src/payments/payment-machine.ts'
import { returnMachine } from '../../packages/core/src/returns/return-machine.ts'
import { reviewMachine } from '../../packages/core/src/reviews/review-machine.ts'
import { toMermaid } from '../../packages/core/src/transition-table.ts'

const sections = [
  { title: 'Order', text: 'Whether it is a sale. `revive`: money arrived after expiry, and the stock could be had again.', diagram: toMermaid(orderMachine) },
  { title: 'Order payment', text: 'The money of an order as one word; its payments hold the figures.', diagram: toMermaid(orderPaymentMachine) },
  { title: 'Order fulfilment', text: 'How much of an order has left the building.', diagram: toMermaid(orderFulfilmentMachine) },
  { title: 'Fulfilment', text: 'One parcel.', diagram: toMermaid(fulfilmentMachine) },
  {
    title: 'Payment',
    text: 'One attempt to pay. `failed` and `cancelled` are believed dead; money that the provider reports all the same leads on.',
    diagram: toMermaid(paymentMachine),
  },
  { title: 'Refund', text: 'Only `succeeded` counts, and even that can fail later.', diagram: toMermaid(refundMachine) },
  { title: 'Dispute', text: 'A chargeback; what is `lost` has gone back to the buyer. A decision can be turned round.', diagram: toMermaid(disputeMachine) },
  {
    title: 'Return',
    text: 'Goods on their way back. `reject` after approval: they never came.',
    diagram: toMermaid(returnMachine),
  },
  {
    title: 'Inbox event',
    text: 'What a payment provider has sent. `parked` waits for staff; `replay` makes it due again.',
    diagram: toMermaid(inboxMachine),
  },
  {
    title: 'Reservation',
    text: '`held` until paid or expired; `committed` once the order is confirmed; `consumed` once every unit was shipped.',
    diagram: toMermaid(reservationMachine),
  },
  { title: 'Credit account', text: 'A gift card or store credit. `disabled` keeps its balance, and cannot be spent.', diagram: toMermaid(creditMachine) },
  {
    title: 'Review',
    text: '`approved` is shown and counts. `amend`: its author changes what stays shown; `revise`: what staff must look at first.',
    diagram: toMermaid(reviewMachine),
  },
]

/** `docs/state-machines.md`, from the transition tables in core. */
export function stateMachinesPage(): string {
  const intro = [
    '# State machines',
    '',
    '<!-- Made by `npm run docs` from the `*-machine.ts` tables in packages/core/src. Do not edit. -->',
    '',
    'A step that is not drawn here throws `ILLEGAL_TRANSITION`.',
    '',
  ]
  return [...intro, ...sections.flatMap(({ title, text, diagram }) => [`## ${title}`, '', text, '', '```mermaid', diagram, '```', ''])].join('\n')
}
