import * as z from 'zod'
import { categoryPathInput } from '../catalog/import-record-input.ts'
import { amountInput, currencyInput } from '../parse-input.ts'

export const searchInput = z.strictObject({
  text: z.string().max(200),
  client: z.string().min(1).max(1_000).optional(),
  filter: z
    .strictObject({
      category: categoryPathInput.optional(),
      price: z.strictObject({ currency: currencyInput, minMinor: amountInput.optional(), maxMinor: amountInput.optional() }).optional(),
      inStock: z.boolean().optional(),
    })
    .default({}),
  limit: z.int().min(1).max(100).default(20),
  offset: z.int().min(0).max(10_000).default(0),
})
