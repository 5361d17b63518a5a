import type { Fulfilment, OrderHistoryEntry, OrderView, OrderWithAdditions, PaymentView, Refund } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'
import { titled } from '../terminal/titled.ts'
import { amount, moment, spaced } from '../terminal/words.ts'
import { findOrder } from './find-order.ts'
import { statusStyle } from './orders-list.ts'

interface OrdersShowOptions extends ShopOptions {
  /** Number or id. */
  readonly order: string
}

interface WholeOrder {
  readonly order: OrderWithAdditions
  readonly payments: readonly PaymentView[]
  readonly refunds: readonly Refund[]
  readonly fulfilments: readonly Fulfilment[]
  readonly history: readonly OrderHistoryEntry[]
}

/** Shows one order with all that belongs to it. */
export async function ordersShow(output: Output, options: OrdersShowOptions): Promise<number> {
  const whole = await withCommerce(options, { create: false }, async (commerce): Promise<WholeOrder> => {
    const { orders, payments } = commerce
    const order = await findOrder(commerce, options.order)
    const ofOrder = { actor: staff, orderId: order.id }
    return {
      order,
      payments: await payments.ofOrder(ofOrder),
      refunds: await payments.refundsOfOrder(ofOrder),
      fulfilments: await orders.fulfilments(ofOrder),
      history: await orders.history(ofOrder),
    }
  })
  output.result(whole, () => inWords(whole, output))
  return 0
}

function inWords(whole: WholeOrder, output: Output): string {
  const { order } = whole
  const { paint } = output
  const sections = [
    [
      `${paint('bold', order.number)}  ${paint(statusStyle(order), order.displayStatus)}`,
      `placed ${moment(order.placedAt)}${order.email === null ? '' : ` by ${order.email}`}`,
      ...(order.addsTo === null ? [] : [`adds to ${order.addsTo}`]),
      paint('dim', order.id),
    ].join('\n'),
    linesTable(order, output),
    totals(order),
    titled(
      'Additions',
      (order.additions ?? []).map((addition) => additionWords(addition, output)),
      output,
    ),
    titled('Payments', [...whole.payments.map(paymentWords), ...whole.refunds.map(refundWords)], output),
    titled(
      'Parcels',
      whole.fulfilments.map((parcel) => parcelWords(parcel, order)),
      output,
    ),
    titled('History', whole.history.map(historyWords), output),
  ]
  return sections.filter((section) => section !== '').join('\n\n')
}

function linesTable(order: OrderView, output: Output): string {
  const columns = [
    { title: 'SKU' },
    { title: 'title', flexible: true },
    { title: 'units', align: 'right' },
    { title: 'shipped', align: 'right' },
    { title: 'refunded', align: 'right' },
    { title: 'each', align: 'right' },
    { title: 'total', align: 'right' },
  ] as const
  const rows = order.lines.map((line) => [
    line.sku,
    [line.title, ...Object.values(line.options)].join(', '),
    String(line.quantity),
    String(line.fulfilledQuantity),
    String(line.refundedQuantity),
    amount(line.unitMinor, order.currency),
    amount(line.totalMinor, order.currency),
  ])
  return table({ columns, rows, paint: output.paint, width: output.width })
}

function totals(order: OrderView): string {
  const parts: (readonly [string, number])[] = [
    ['subtotal', order.subtotalMinor],
    ['discount', -order.discountMinor],
    [`shipping (${order.shippingLabel})`, order.shippingMinor],
    ...addedTaxes(order),
    ['total', order.totalMinor],
    ['paid by credit', order.creditMinor],
  ]
  const shown = parts.filter(([name, minor]) => name === 'total' || name === 'subtotal' || minor !== 0)
  const width = Math.max(...shown.map(([name]) => name.length))
  const figures = shown.map(([, minor]) => amount(minor, order.currency))
  const figureWidth = Math.max(...figures.map((figure) => figure.length))
  const sums = shown.map(([name], index) => `${name.padEnd(width)}  ${(figures[index] ?? '').padStart(figureWidth)}`)
  return [...sums, ...includedTaxes(order), ...deliveryWords(order)].join('\n')
}

/** Each by its name, where the tax calculator gave them names. */
function addedTaxes({ taxes, taxMinor }: OrderView): readonly (readonly [string, number])[] {
  const added = taxes.filter(({ included }) => !included)
  return added.length === 0 ? [['tax', taxMinor]] : added.map(({ name, rate, amountMinor }) => [`${name} ${rate}%`, amountMinor])
}

function includedTaxes({ taxes, currency }: OrderView): readonly string[] {
  return taxes.filter(({ included }) => included).map(({ name, rate, amountMinor }) => `includes ${amount(amountMinor, currency)} of ${name} ${rate}%`)
}

function deliveryWords({ deliveryEstimate: estimate, pickupLocation }: OrderView): readonly string[] {
  const days = estimate === null ? '' : estimate.earliest === estimate.latest ? ` on ${estimate.earliest}` : ` from ${estimate.earliest} to ${estimate.latest}`
  if (pickupLocation !== null) return [`to be fetched at ${pickupLocation}${days}`]
  return days === '' ? [] : [`expected${days}`]
}

function additionWords(addition: OrderView, { paint }: Output): string {
  const { number, placedAt, lines, totalMinor, currency, displayStatus } = addition
  const contents = lines.map(({ sku, quantity }) => `${quantity} × ${sku}`)
  return `${moment(placedAt)}  ${number}: ${contents.join(', ')} for ${amount(totalMinor, currency)}, ${paint(statusStyle(addition), displayStatus)}`
}

function paymentWords(payment: PaymentView): string {
  const declined = payment.declineCode === null ? '' : `, ${payment.declineCode}`
  return `${moment(payment.createdAt)}  ${payment.provider}: ${amount(payment.amountMinor, payment.currency)} ${spaced(payment.status)}${declined}`
}

function refundWords(refund: Refund): string {
  return `${moment(refund.createdAt)}  refund of ${amount(refund.amountMinor, refund.currency)} ${spaced(refund.status)}: ${refund.reason}`
}

function parcelWords(parcel: Fulfilment, order: OrderView): string {
  const contents = parcel.lines.map(({ orderLineId, quantity }) => `${quantity} × ${order.lines.find(({ id }) => id === orderLineId)?.sku ?? orderLineId}`)
  const tracking = [parcel.carrier, parcel.trackingNumber].filter((part) => part !== null).join(' ')
  const arrived = parcel.deliveredAt === null ? '' : `, arrived ${moment(parcel.deliveredAt)}`
  return `${moment(parcel.shippedAt)}  ${contents.join(', ')}${tracking === '' ? '' : ` by ${tracking}`}: ${parcel.status}${arrived}`
}

function historyWords(entry: OrderHistoryEntry): string {
  const states = [entry.status, entry.paymentStatus, entry.fulfilmentStatus].map(spaced).join(' / ')
  const who = entry.actor.id ?? entry.actor.type
  return `${moment(entry.at)}  ${spaced(entry.change).padEnd(15)}  ${states}  by ${who}${entry.note === null ? '' : `: ${entry.note}`}`
}
