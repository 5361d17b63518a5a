import * as z from 'zod'
import { actorInput, amountInput, currencyInput, skuInput, textInput } from '../parse-input.ts'

const codeInput = z.string().regex(/^[\w.-]{1,50}$/, 'must be 1 to 50 letters, digits, "_", "." or "-"')
const ofList = { actor: actorInput, code: codeInput }

export const savePriceListInput = z
  .strictObject({
    ...ofList,
    name: textInput(200),
    currency: currencyInput,
    groups: z.array(textInput(50)).max(50).default([]),
    priority: z.int().min(-1_000_000).max(1_000_000).default(0),
    active: z.boolean().default(true),
    startsAt: z.date().nullable().default(null),
    endsAt: z.date().nullable().default(null),
  })
  .refine(({ startsAt, endsAt }) => startsAt === null || endsAt === null || startsAt < endsAt, { path: ['endsAt'], message: 'must be after startsAt' })

export const ofPriceListInput = z.strictObject(ofList)

const pageFields = { limit: z.int().min(1).max(1_000).default(100), after: z.string().max(2_000).optional() }

export const listPriceListsInput = z.strictObject({ actor: actorInput, ...pageFields })

export const listPricesInput = z.strictObject({ ...ofList, ...pageFields })

const stepInput = z.strictObject({ sku: skuInput, minQuantity: z.int().min(1).max(1_000_000).default(1), amountMinor: amountInput })

export const setPricesInput = z.strictObject({
  ...ofList,
  prices: z
    .array(stepInput)
    .min(1)
    .max(1_000)
    .refine((steps) => new Set(steps.map(({ sku, minQuantity }) => JSON.stringify([sku, minQuantity]))).size === steps.length, {
      message: 'must not name a SKU twice with one quantity',
    }),
})

export const removePricesInput = z.strictObject({ ...ofList, skus: z.array(skuInput).min(1).max(1_000) })

export const pricesForInput = z.strictObject({ actor: actorInput, skus: z.array(skuInput).max(200), currency: currencyInput.optional() })

export type SavePriceListInput = z.input<typeof savePriceListInput>
export type OfPriceListInput = z.input<typeof ofPriceListInput>
export type ListPriceListsInput = z.input<typeof listPriceListsInput>
export type ListPricesInput = z.input<typeof listPricesInput>
export type SetPricesInput = z.input<typeof setPricesInput>
export type RemovePricesInput = z.input<typeof removePricesInput>
export type PricesForInput = z.input<typeof pricesForInput>
