import type { Context } from '../context.ts'
import type { IdempotencyKeyId } from '../idempotency/idempotency-store.ts'
import { type OrderId, type OrderLineId, orderNumber, type PaymentId } from '../ids.ts'
import { dueMinor, type Order, unmoved } from '../orders/order.ts'
import type { Payment } from '../payments/payment.ts'
import { soldLine } from '../pricing/stock-terms.ts'
import { addMs } from '../time.ts'
import type { PaymentChoice } from './checkout-input.ts'
import type { PrepareRequest, ReservedLines } from './prepare-order.ts'

/** The order of a quote, as prepare writes it. */
export function newOrder(context: Context, now: Date, request: PrepareRequest, id: OrderId, { reservationId, shortSkus }: ReservedLines): Order {
  const { quote, cart } = request
  const applied = quote.promotions?.applied ?? []
  return {
    id,
    number: orderNumber(context.random),
    cartId: cart.id,
    addsTo: quote.addsTo?.orderId ?? null,
    customerId: cart.customerId,
    guestTokenHash: cart.guestTokenHash,
    email: request.email,
    currency: quote.currency,
    status: 'pending',
    paymentStatus: quote.dueMinor === 0 ? 'none' : 'pending',
    fulfilmentStatus: 'none',
    disputed: false,
    lines: quote.lines.map((line) => ({ ...soldLine(line, (sku) => shortSkus.has(sku), now), id: context.ids.next<OrderLineId>(), ...unmoved })),
    subtotalMinor: quote.subtotalMinor,
    discountMinor: quote.discountMinor,
    shippingMinor: quote.shippingMinor,
    taxMinor: quote.taxMinor,
    taxes: quote.taxes,
    taxId: quote.taxId ?? null,
    taxExemption: quote.taxExemption ?? null,
    totalMinor: quote.total.amountMinor,
    creditMinor: quote.creditMinor,
    shippingMethod: quote.shippingMethod,
    shippingLabel: quote.shippingLabel,
    deliveryEstimate: quote.deliveryEstimate,
    pickupLocation: quote.pickupLocation,
    shippingAddress: quote.shippingAddress,
    billingAddress: quote.billingAddress,
    ...(applied.length === 0 ? {} : { promotions: applied }),
    reservationId,
    expiresAt: addMs(now, context.timing.holdMs),
    placedAt: now,
    updatedAt: now,
    version: 1,
  }
}

/** A payment row for one attempt; the completer looks at it once the attempt's lock has passed. */
export function newPayment(context: Context, now: Date, order: Order, choice: PaymentChoice, key: IdempotencyKeyId): Payment {
  return {
    id: context.ids.next<PaymentId>(),
    orderId: order.id,
    provider: choice.provider,
    providerPaymentId: null,
    method: choice.method,
    capture: choice.capture,
    status: 'created',
    amountMinor: dueMinor(order),
    currency: order.currency,
    authorisedMinor: 0,
    capturedMinor: 0,
    declineCode: null,
    action: null,
    idempotency: { scope: key.scope, operation: key.operation, key: key.key },
    nextCheckAt: addMs(now, context.timing.lockMs),
    checks: 0,
    createdAt: now,
    updatedAt: now,
    version: 1,
  }
}
