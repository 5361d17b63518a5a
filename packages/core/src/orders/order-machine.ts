import { transitionTable } from '../transition-table.ts'

/** `pending` waits for money; `confirmed` is a sale; `cancelled` and `expired` hold no stock. */
export type OrderStatus = 'pending' | 'confirmed' | 'cancelled' | 'expired'
/** `revive`: money arrived after expiry and the stock could be had again. */
export type OrderEvent = 'confirm' | 'cancel' | 'expire' | 'revive'

export const orderMachine = transitionTable<OrderStatus, OrderEvent>({
  name: 'order',
  initial: 'pending',
  transitions: {
    pending: { confirm: 'confirmed', cancel: 'cancelled', expire: 'expired' },
    confirmed: { cancel: 'cancelled' },
    cancelled: {},
    expired: { revive: 'confirmed' },
  },
})

/** The order's money as one word; the payments hold the figures. What a lost dispute took counts as refunded. */
export type OrderPaymentStatus = 'none' | 'pending' | 'authorised' | 'paid' | 'partially_refunded' | 'refunded' | 'review'
export type OrderPaymentEvent = 'start' | 'authorise' | 'pay' | 'void' | 'refund_part' | 'refund_rest' | 'refund_failed' | 'refund_part_failed' | 'quarantine'

export const orderPaymentMachine = transitionTable<OrderPaymentStatus, OrderPaymentEvent>({
  name: 'order payment',
  initial: 'none',
  transitions: {
    none: { start: 'pending', authorise: 'authorised', pay: 'paid', quarantine: 'review' },
    pending: { authorise: 'authorised', pay: 'paid', void: 'none', quarantine: 'review' },
    authorised: { pay: 'paid', void: 'none', quarantine: 'review' },
    paid: { refund_part: 'partially_refunded', refund_rest: 'refunded', quarantine: 'review' },
    partially_refunded: { refund_rest: 'refunded', refund_failed: 'paid', quarantine: 'review' },
    refunded: { refund_failed: 'paid', refund_part_failed: 'partially_refunded', quarantine: 'review' },
    review: { refund_rest: 'refunded', void: 'none' },
  },
})

/** How much of the order has left the building. */
export type OrderFulfilmentStatus = 'none' | 'partial' | 'shipped' | 'delivered'
/** `end_…`: what was left to ship has been refunded, while the parcels are on their way or have all arrived. */
export type OrderFulfilmentEvent = 'ship_part' | 'ship_rest' | 'deliver_rest' | 'end_shipped' | 'end_delivered'

export const orderFulfilmentMachine = transitionTable<OrderFulfilmentStatus, OrderFulfilmentEvent>({
  name: 'order fulfilment',
  initial: 'none',
  transitions: {
    none: { ship_part: 'partial', ship_rest: 'shipped' },
    partial: { ship_part: 'partial', ship_rest: 'shipped', end_shipped: 'shipped', end_delivered: 'delivered' },
    shipped: { deliver_rest: 'delivered' },
    delivered: {},
  },
})

/** One parcel. */
export type FulfilmentStatus = 'shipped' | 'delivered'
export type FulfilmentEvent = 'deliver'

export const fulfilmentMachine = transitionTable<FulfilmentStatus, FulfilmentEvent>({
  name: 'fulfilment',
  initial: 'shipped',
  transitions: { shipped: { deliver: 'delivered' }, delivered: {} },
})
