import type { Sellable } from '../catalog/product.ts'
import { taxQuote } from '../checkout/quote-tax.ts'
import { shippingOptions } from '../checkout/shipping-options.ts'
import type { Context } from '../context.ts'
import type { TaxCustomer } from '../pricing/tax-calculator.ts'
import type { Address } from './address.ts'
import type { Order } from './order.ts'
import { type AddressCharges, requireSameCharges } from './order-edit-rules.ts'

/** What shipping and tax go by, besides the order. */
interface Facts {
  readonly sellables: ReadonlyMap<string, Sellable>
  readonly customer: TaxCustomer
  readonly at: Date
}

/**
 * Lets an order go to another address only if today's shipping rates and taxes charge both alike, tax by tax. Asks the shipping and tax ports, so it must be called
 * outside every transaction.
 *
 * @throws SHIPPING_UNAVAILABLE, EDIT_CHANGES_TOTAL, DEPENDENCY_UNAVAILABLE, ANSWER_INVALID
 */
export async function requireChargedAlike(context: Context, order: Order, address: Address): Promise<void> {
  const { customerId, currency, lines, taxId, taxExemption: exemption } = order
  const facts = await context.storage.snapshot(context.clock.now(), async ({ catalog, customers, now }) => {
    const [sellables, groups] = await Promise.all([
      catalog.sellables({ skus: lines.map(({ sku }) => sku), currency, customerId }),
      customerId === null ? [] : customers.groups({ customerId }),
    ])
    return { sellables: new Map(sellables.map((sellable) => [sellable.sku, sellable])), customer: { customerId, groups, taxId, exemption }, at: now }
  })
  const [before, after] = await Promise.all([order.shippingAddress, address].map((to) => chargesAt(context, order, facts, to)))
  if (before !== undefined && after !== undefined) requireSameCharges(order, before, after, after.available)
}

/** What is charged for the order as it was placed, its discounts included. */
async function chargesAt(
  context: Context,
  order: Order,
  { sellables, customer, at }: Facts,
  shippingAddress: Address,
): Promise<AddressCharges & { readonly available: readonly string[] }> {
  const { currency, lines, shippingMinor, billingAddress } = order
  const rates = await shippingOptions(context, { currency, lines, sellables, now: at }, shippingAddress, customer)
  const categories = new Map([...sellables].map(([sku, { taxCategory }]) => [sku, taxCategory]))
  const taxed = await taxQuote(context, { currency, lines, categories, shippingMinor, shippingAddress, billingAddress, customer, at })
  return {
    shippingMinor: rates.find(({ method }) => method === order.shippingMethod)?.amountMinor,
    lineTaxesMinor: taxed.lines.map(({ taxMinor }) => taxMinor),
    shippingTaxMinor: taxed.shippingTaxMinor,
    taxes: taxed.taxes,
    available: rates.map(({ method }) => method),
  }
}
