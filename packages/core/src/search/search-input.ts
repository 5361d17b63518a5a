import * as z from 'zod'
import { attributeValueInput, categoryPathInput } from '../catalog/import-record-input.ts'
import { amountInput, currencyInput } from '../parse-input.ts'

const attributeName = z.string().min(1).max(200)

const filterInput = z.strictObject({
  category: categoryPathInput.optional(),
  price: z.strictObject({ currency: currencyInput, minMinor: amountInput.optional(), maxMinor: amountInput.optional() }).optional(),
  inStock: z.boolean().optional(),
  attributes: z
    .record(attributeName, z.union([attributeValueInput, z.array(attributeValueInput).min(1).max(100)]))
    .refine((attributes) => Object.keys(attributes).length <= 20, { message: 'must have at most 20 entries' })
    .optional(),
  minRating: z.number().min(1).max(5).optional(),
})

const rangeInput = z.strictObject({ minMinor: amountInput.optional(), maxMinor: amountInput.optional() })
const valuesInput = z.int().min(1).max(200).default(20)

const facetInput = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('category'), below: categoryPathInput.optional(), limit: valuesInput }),
  z.strictObject({ type: z.literal('price'), currency: currencyInput.optional(), ranges: z.array(rangeInput).min(1).max(50).optional() }),
  z.strictObject({ type: z.literal('attribute'), name: attributeName, limit: valuesInput }),
  z.strictObject({ type: z.literal('rating') }),
])

const searchTextInput = z.string().max(200)
const clientInput = z.string().min(1).max(1_000).optional()

export const searchInput = z.strictObject({
  text: searchTextInput,
  client: clientInput,
  filter: filterInput.default({}),
  facets: z.array(facetInput).max(30).default([]),
  sort: z.enum(['relevance', 'price_asc', 'price_desc', 'rating', 'newest', 'title']).default('relevance'),
  currency: currencyInput.optional(),
  highlight: z.boolean().default(false),
  didYouMean: z.boolean().default(false),
  limit: z.int().min(1).max(100).default(20),
  offset: z.int().min(0).max(10_000).default(0),
})

export const suggestInput = z.strictObject({ text: searchTextInput, client: clientInput, limit: z.int().min(1).max(20).default(8) })

export type SearchInput = z.input<typeof searchInput>
export type SuggestInput = z.input<typeof suggestInput>
export type ParsedSearch = z.output<typeof searchInput>
