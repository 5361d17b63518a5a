import type { Sellable } from '../catalog/product.ts'
import type { Context } from '../context.ts'
import { multiplyMinor, sumMinor } from '../money/money.ts'
import type { Address } from './address.ts'
import type { Order } from './order.ts'
import { type AddressCharges, requireSameCharges } from './order-edit-rules.ts'

/**
 * Lets an order go to another address only if today's shipping rates and taxes charge both alike. Asks the shipping and tax ports, so it must be called outside every
 * transaction.
 *
 * @throws SHIPPING_UNAVAILABLE, EDIT_CHANGES_TOTAL
 */
export async function requireChargedAlike(context: Context, order: Order, address: Address): Promise<void> {
  const sellables = await context.storage.snapshot(context.clock.now(), ({ catalog }) =>
    catalog.sellables({ skus: order.lines.map(({ sku }) => sku), currency: order.currency }),
  )
  const [before, after] = await Promise.all([order.shippingAddress, address].map((to) => chargesAt(context, order, sellables, to)))
  if (before !== undefined && after !== undefined) requireSameCharges(order, before, after, after.available)
}

/** What is charged for the order as it was placed, its discounts included. */
async function chargesAt(
  context: Context,
  order: Order,
  sellables: readonly Sellable[],
  shippingAddress: Address,
): Promise<AddressCharges & { readonly available: readonly string[] }> {
  const { currency, lines } = order
  const weights = new Map(sellables.map(({ sku, weightGrams }) => [sku, weightGrams ?? 0]))
  const rates = await context.shipping.rates({
    currency,
    shippingAddress,
    subtotalMinor: sumMinor(lines.map(({ totalMinor }) => totalMinor)),
    weightGrams: sumMinor(lines.map(({ sku, quantity }) => multiplyMinor(weights.get(sku) ?? 0, quantity))),
    lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
  })
  const tax = await context.tax.calculate({
    currency,
    shippingAddress,
    lines: lines.map(({ sku, quantity, totalMinor, discountMinor }) => ({ sku, quantity, amountMinor: totalMinor - discountMinor })),
    shippingMinor: order.shippingMinor,
  })
  return {
    shippingMinor: rates.find(({ method }) => method === order.shippingMethod)?.amountMinor,
    lineTaxesMinor: lines.map((_, index) => tax.lines[index] ?? 0),
    shippingTaxMinor: tax.shippingMinor,
    available: rates.map(({ method }) => method),
  }
}
