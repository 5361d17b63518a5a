import * as z from 'zod'
import { freeText } from '../free-text.ts'
import type { ProductId } from '../ids.ts'
import { actorInput, amountInput, currencyInput, idInput, skuInput, textInput } from '../parse-input.ts'

/** A code as buyers type it. */
export const codeInput = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{2,39}$/, 'must be 3 to 40 letters, digits, hyphens and underscores, the first a letter or digit')

const basisPoints = z.int().min(1).max(10_000)
const units = z.int().min(1).max(1_000_000)
const groupName = textInput(50)
const amounts = z
  .record(currencyInput, amountInput.min(1))
  .refine((value) => Object.keys(value).length > 0, { message: 'must name an amount in one currency at least' })

const itemFilter = z
  .strictObject({
    skus: z.array(skuInput).min(1).max(1_000).readonly().optional(),
    productIds: z
      .array(idInput)
      .min(1)
      .max(1_000)
      .readonly()
      .transform((ids) => ids as readonly string[] as readonly ProductId[])
      .optional(),
    categories: z
      .array(z.array(textInput(200)).min(1).max(20).readonly())
      .min(1)
      .max(100)
      .readonly()
      .optional(),
  })
  .refine((filter) => Object.keys(filter).length > 0, { message: 'must name SKUs, products or categories' })

/** True when each tier is reached later than the one before, and gives more. */
function isGrowing(tiers: readonly { readonly basisPoints: number }[], later: (index: number) => boolean): boolean {
  return tiers.every(({ basisPoints: share }, index) => index === 0 || (share > (tiers[index - 1]?.basisPoints ?? 0) && later(index)))
}

const growing = { message: 'each tier must begin above the one before, and give more' }

const quantityTiers = z
  .array(z.strictObject({ from: units, basisPoints }))
  .min(1)
  .max(20)
  .refine((tiers) => isGrowing(tiers, (index) => (tiers[index]?.from ?? 0) > (tiers[index - 1]?.from ?? 0)), growing)
  .readonly()

const subtotalTiers = z
  .array(z.strictObject({ from: amounts, basisPoints }))
  .min(1)
  .max(20)
  .refine((tiers) => isGrowing(tiers, (index) => isAbove(tiers[index]?.from ?? {}, tiers[index - 1]?.from ?? {})), growing)
  .readonly()

function isAbove(from: Readonly<Record<string, number>>, before: Readonly<Record<string, number>>): boolean {
  return Object.keys(before).length === Object.keys(from).length && Object.entries(before).every(([currency, amount]) => (from[currency] ?? 0) > amount)
}

const effect = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('percentage'), basisPoints }),
  z.strictObject({ type: z.literal('fixed'), amounts, per: z.enum(['order', 'unit']).default('order') }),
  z.strictObject({
    type: z.literal('free_shipping'),
    basisPoints: basisPoints.default(10_000),
    methods: z.array(textInput(100)).min(1).max(50).readonly().nullable().default(null),
  }),
  z.strictObject({
    type: z.literal('buy_get'),
    buy: units,
    get: units,
    getItems: itemFilter.nullable().default(null),
    basisPoints: basisPoints.default(10_000),
    times: units.nullable().default(null),
  }),
  z.strictObject({ type: z.literal('quantity_tiers'), tiers: quantityTiers }),
  z.strictObject({ type: z.literal('subtotal_tiers'), tiers: subtotalTiers }),
])

const conditions = z.strictObject({
  minimumSubtotal: amounts.nullable().default(null),
  minimumQuantity: units.nullable().default(null),
  groups: z.array(groupName).min(1).max(50).readonly().nullable().default(null),
  firstOrder: z.boolean().default(false),
})

const stacking = z.strictObject({
  priority: z.int().min(-1_000).max(1_000).default(0),
  exclusive: z.boolean().default(false),
  group: groupName.nullable().default(null),
  combinesWith: z.array(groupName).max(50).readonly().nullable().default(null),
})

const uses = z.int().min(1).max(1_000_000_000)
const limits = z.strictObject({ total: uses.nullable().default(null), perCustomer: uses.nullable().default(null) })

/** Everything of a promotion that can be changed later. */
const terms = {
  name: freeText(200),
  effect,
  items: itemFilter.nullable().default(null),
  except: itemFilter.nullable().default(null),
  conditions: conditions.prefault({}),
  stacking: stacking.prefault({}),
  limits: limits.prefault({}),
  startsAt: z.date().nullable().default(null),
  endsAt: z.date().nullable().default(null),
}

export const createPromotionInput = z.strictObject({ actor: actorInput, automatic: z.boolean().default(false), ...terms })

/** What is left out stays as it is. A part, such as `limits`, is given whole. */
export const updatePromotionInput = z.strictObject({
  actor: actorInput,
  promotionId: idInput,
  name: terms.name.optional(),
  effect: effect.optional(),
  items: itemFilter.nullable().optional(),
  except: itemFilter.nullable().optional(),
  conditions: conditions.optional(),
  stacking: stacking.optional(),
  limits: limits.optional(),
  startsAt: z.date().nullable().optional(),
  endsAt: z.date().nullable().optional(),
})

export const ofPromotionInput = z.strictObject({ actor: actorInput, promotionId: idInput })

const page = { limit: z.int().min(1).max(100).default(20), after: z.string().max(1_000).optional() }

export const listPromotionsInput = z.strictObject({ actor: actorInput, status: z.enum(['active', 'ended']).optional(), ...page })

export const createVoucherInput = ofPromotionInput.extend({ code: codeInput, limit: uses.nullable().default(null) })

/** Codes that one call makes at most. */
const maxGenerated = 10_000

export const generateVouchersInput = ofPromotionInput.extend({
  count: z.int().min(1).max(maxGenerated),
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9]{1,20}$/, 'must be 1 to 20 letters and digits')
    .optional(),
  limit: uses.nullable().default(1),
})

export const listVouchersInput = ofPromotionInput.extend(page)

export const ofVoucherInput = z.strictObject({ actor: actorInput, code: codeInput })

export type CreatePromotionInput = z.input<typeof createPromotionInput>
export type UpdatePromotionInput = z.input<typeof updatePromotionInput>
export type OfPromotionInput = z.input<typeof ofPromotionInput>
export type ListPromotionsInput = z.input<typeof listPromotionsInput>
export type CreateVoucherInput = z.input<typeof createVoucherInput>
export type GenerateVouchersInput = z.input<typeof generateVouchersInput>
export type ListVouchersInput = z.input<typeof listVouchersInput>
export type OfVoucherInput = z.input<typeof ofVoucherInput>
