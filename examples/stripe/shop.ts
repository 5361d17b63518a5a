import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Commerce, createCommerce } from '@cartwright/core'
import { type StripePaymentsOptions, stripePayments } from '@cartwright/payments-stripe'

/** Opens a shop that sells one mug and takes money through Stripe. */
export async function openShop(file: string, options: StripePaymentsOptions): Promise<Commerce> {
  // #region provider
  const stripe = stripePayments(options) // e.g. { apiKey: 'rk_live_…', webhookSecrets: ['whsec_…'] }
  const commerce = await createCommerce({ storage: sqliteStorage({ file }), currency: 'EUR', payments: [stripe] })
  // #endregion provider
  await commerce.catalog.upsertMany({
    products: [
      {
        handle: 'stoneware-mug',
        title: 'Stoneware mug',
        variants: [{ sku: 'MUG', prices: [{ currency: 'EUR', amountMinor: 1250 }], stock: [{ quantity: 100 }] }],
      },
    ],
  })
  return commerce
}
