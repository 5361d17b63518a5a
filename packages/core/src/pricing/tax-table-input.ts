import * as z from 'zod'
import { textInput } from '../parse-input.ts'
import { placeFields, placeNeedsCountry } from './place-input.ts'
import { taxCategoryInput } from './tax-category-input.ts'

const rateInput = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,6})?$/, 'must be a percentage as a text, with at most six decimals, e.g. "9.975"')
  .refine((rate) => Number(rate) <= 100, { message: 'must be 100 at most' })

const placeTaxInput = z.strictObject({
  name: textInput(60),
  /** Of the category `standard`, and of every category that is not named. */
  rate: rateInput,
  /** Of other categories; `exempt` is what this tax does not know at all, `"0"` what it knows at nothing. */
  categories: z.record(taxCategoryInput, z.union([rateInput, z.literal('exempt')])).default({}),
  compound: z.boolean().default(false),
})

const rulesFields = {
  pricesInclude: z.enum(['none', 'tax']).optional(),
  rounding: z.enum(['per_line', 'per_order']).optional(),
  halves: z.enum(['up', 'down', 'even']).optional(),
  taxesRounded: z.enum(['each', 'together']).optional(),
  shipping: z.union([z.literal('as_lines'), z.strictObject({ category: taxCategoryInput })]).optional(),
}

const taxPlaceInput = z
  .strictObject({ ...placeFields, taxes: z.array(placeTaxInput).max(8), taxIdExempts: z.boolean().default(false), ...rulesFields })
  .refine(...placeNeedsCountry)

export const taxTableInput = z.strictObject({
  places: z.array(taxPlaceInput).max(10_000),
  exemptGroups: z.array(textInput(100)).default([]),
  ...rulesFields,
})

/** The rates of one place, checked. */
export type TaxPlace = z.output<typeof taxPlaceInput>
export type TaxTableRules = z.output<typeof taxTableInput>
