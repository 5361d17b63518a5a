import * as z from 'zod'
import { amountInput, currencyInput, idInput, skuInput } from '../parse-input.ts'
import { attributeValueInput, categoryPathInput, handleInput, priceInput } from './import-record-input.ts'

export const upsertManyInput = z.strictObject({ products: z.array(z.unknown()).max(1_000) })

export const getProductInput = z.union(
  [
    z.strictObject({ handle: handleInput, includeHidden: z.boolean().default(false) }),
    z.strictObject({ id: idInput, includeHidden: z.boolean().default(false) }),
    z.strictObject({ sku: skuInput, includeHidden: z.boolean().default(false) }),
  ],
  { error: 'must be one of { id }, { handle }, { sku }' },
)

export const productKeyInput = z.union([z.strictObject({ handle: handleInput }), z.strictObject({ id: idInput }), z.strictObject({ sku: skuInput })], {
  error: 'must be one of { id }, { handle }, { sku }',
})

const filterInput = z.strictObject({
  status: z.enum(['draft', 'published', 'archived', 'any']).optional(),
  category: categoryPathInput.optional(),
  price: z.strictObject({ currency: currencyInput, minMinor: amountInput.optional(), maxMinor: amountInput.optional() }).optional(),
  attributes: z.record(z.string().max(200), attributeValueInput).optional(),
  inStock: z.boolean().optional(),
})

export const listProductsInput = z.strictObject({
  filter: filterInput.default({}),
  sort: z.enum(['newest', 'title', 'price_asc', 'price_desc', 'rating']).default('newest'),
  limit: z.int().min(1).max(100).default(20),
  after: z.string().max(2_000).optional(),
  currency: currencyInput.optional(),
})

export const productIdInput = z.strictObject({ productId: idInput })

export const setPriceInput = z.strictObject({ sku: skuInput, price: priceInput })
