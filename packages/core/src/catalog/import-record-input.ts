import * as z from 'zod'
import { amountInput, currencyInput, skuInput, textInput } from '../parse-input.ts'
import { taxCategoryInput } from '../pricing/tax-category-input.ts'

const lower = String.raw`\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}`
const handlePattern = new RegExp(`^[${lower}][${lower}_.-]*$`, 'u')

/** The readable part of a product's URL: lower-case letters of any script, digits, and `-`, `_`, `.` after the first. */
export const handleInput = z.string().max(200).regex(handlePattern, 'must be lower-case letters, digits, "-", "_" or "."')

/** Long texts may have line breaks, but no NUL: Postgres cannot store one. */
const longText = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => !text.includes('\0'), { message: 'must not contain NUL' })

/** Names from the root down; 8 levels at most. */
export const categoryPathInput = z.array(textInput(120)).min(1).max(8)

export const attributeValueInput = z.union([longText(10_000), z.number(), z.boolean()], {
  error: 'must be a text of at most 10,000 characters, a finite number or a boolean',
})

const attributesInput = z
  .record(textInput(200), attributeValueInput)
  .refine((attributes) => Object.keys(attributes).length <= 500, { message: 'must have at most 500 entries' })

const optionName = textInput(100)
const optionValue = textInput(255)

/** A price of a variant. */
export const priceInput = z.strictObject({ currency: currencyInput, amountMinor: amountInput, compareAtMinor: amountInput.nullish() })

const stockInput = z.strictObject({
  location: z
    .string()
    .regex(/^[\w.-]{1,50}$/, 'must be 1 to 50 letters, digits, "_", "." or "-"')
    .default('main'),
  quantity: z.int().min(0).max(1e9),
})

function unique<Item>(name: string, keyOf: (item: Item) => unknown) {
  return [(items: readonly Item[]) => new Set(items.map(keyOf)).size === items.length, { message: `must not name ${name} twice` }] as const
}

/** Of one bundle. */
const maxComponents = 50

const componentInput = z.strictObject({ sku: skuInput, quantity: z.int().min(1).max(1_000).default(1) })

/** One variant of an import record. */
export const variantRecordInput = z.strictObject({
  sku: skuInput,
  barcode: textInput(100).nullish(),
  options: z.record(optionName, optionValue).default({}),
  prices: z
    .array(priceInput)
    .max(200)
    .refine(...unique('a currency', (price: { currency: string }) => price.currency)),
  stock: z
    .array(stockInput)
    .max(1_000)
    .refine(...unique('a location', (stock: { location: string }) => stock.location))
    .optional(),
  weightGrams: z.int().min(0).max(1e9).nullish(),
  stockTracked: z.boolean().default(true),
  backorder: z.enum(['deny', 'allow']).default('deny'),
  backorderLimit: z.int().min(1).max(1e9).nullish(),
  availableFrom: z.iso.date().nullish(),
  restockDate: z.iso.date().nullish(),
  components: z
    .array(componentInput)
    .min(1)
    .max(maxComponents)
    .refine(...unique('a SKU', (component: { sku: string }) => component.sku))
    .optional(),
})

/** The fields of an import record that belong to the product; its variants are read one by one, so that a bad one does not lose the others. */
export const productRecordInput = z.strictObject({
  handle: handleInput,
  title: textInput(500),
  description: longText(200_000).nullish(),
  vendor: textInput(200).nullish(),
  status: z.enum(['draft', 'published', 'archived']).default('published'),
  taxCategory: taxCategoryInput.default('standard'),
  categories: z.array(categoryPathInput).max(50).default([]),
  attributes: attributesInput.default({}),
  images: z
    .array(z.strictObject({ url: textInput(2_000), alt: longText(1_000).nullish() }))
    .max(250)
    .default([]),
  options: z
    .array(optionName)
    .max(10)
    .refine(...unique('an option', (name: string) => name))
    .default([]),
  variants: z.array(z.unknown()).min(1).max(2_000),
})

export type ProductRecord = z.output<typeof productRecordInput>
/** A product as `catalog.upsertMany` takes it; each is checked at run time, so that one bad record rejects itself only. */
export type ProductInput = z.input<typeof productRecordInput>
export type VariantRecord = z.output<typeof variantRecordInput>
