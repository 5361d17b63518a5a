import * as z from 'zod'
import { idempotencyKeyInput, idInput, skuInput, textInput } from '../parse-input.ts'

/** Units of one SKU at one location, at most: far above any warehouse and far below where sums lose exactness. */
const maxUnits = 1_000_000_000
const maxHoldMs = 31 * 24 * 60 * 60_000

const locationCodeInput = textInput(100)
/** Whole units ≥ 1. */
const unitsInput = z.number().int().min(1).max(maxUnits)
const notMinusZero = (value: number) => !Object.is(value, -0)
const ttlInput = z.number().int().min(1).max(maxHoldMs)

export const locationInput = z.strictObject({
  code: locationCodeInput,
  name: textInput(200).optional(),
  priority: z.number().int().min(-maxUnits).max(maxUnits).optional(),
})

export const levelsInput = z.strictObject({ skus: z.array(skuInput).max(10_000) })

const limitInput = z.number().int().min(1).max(100).default(20)
const cursorInput = z.string().max(2_000).optional()

export const listLevelsInput = z.strictObject({
  location: locationCodeInput.optional(),
  availableAtMost: z.number().int().min(0).max(maxUnits).optional(),
  limit: limitInput,
  after: cursorInput,
})

export const ledgerInput = z.strictObject({ sku: skuInput, location: locationCodeInput.optional(), limit: limitInput, after: cursorInput })

export const adjustInput = z
  .strictObject({
    sku: skuInput,
    location: locationCodeInput.optional(),
    by: z.number().int().min(-maxUnits).max(maxUnits).refine(notMinusZero, { message: 'must not be -0' }).optional(),
    to: z.number().int().min(0).max(maxUnits).refine(notMinusZero, { message: 'must not be -0' }).optional(),
    reason: z.enum(['received', 'counted', 'damaged', 'returned', 'transferred', 'import', 'correction']),
    note: z.string().max(1_000).optional(),
    shortfall: z.enum(['refuse', 'backorder']).optional(),
    idempotencyKey: idempotencyKeyInput.optional(),
  })
  .refine(({ by, to }) => (by === undefined) !== (to === undefined), { message: 'give either `by` or `to`' })

const claimInput = z.strictObject({
  sku: skuInput,
  quantity: unitsInput,
  locations: z.array(locationCodeInput).min(1).max(1_000).optional(),
  split: z.boolean().optional(),
  backorder: z.boolean().optional(),
})

export type ParsedClaim = z.output<typeof claimInput>

export const reserveInput = z.strictObject({
  claims: z.array(claimInput).min(1).max(1_000),
  holder: z.strictObject({ type: z.enum(['cart', 'external']), id: textInput(200) }),
  ttlMs: ttlInput.optional(),
  reservationId: idInput.optional(),
})

export const reservationInput = z.strictObject({ reservationId: idInput })

export const extendInput = z.strictObject({ reservationId: idInput, ttlMs: ttlInput })

export const consumeInput = z.strictObject({
  reservationId: idInput,
  lines: z
    .array(z.strictObject({ sku: skuInput, quantity: unitsInput }))
    .min(1)
    .max(1_000)
    .refine((lines) => new Set(lines.map(({ sku }) => sku)).size === lines.length, { message: 'must name each SKU once' }),
  referenceId: textInput(200),
})
