import * as z from 'zod'
import { actorInput, currencyInput, idInput, skuInput, textInput } from '../parse-input.ts'
import { codeInput } from '../promotions/promotion-input.ts'
import type { CartLimits } from './cart.ts'
import type { CartHoldRules } from './cart-hold.ts'

export const createCartInput = z.strictObject({ currency: currencyInput.optional(), actor: actorInput.optional() })

export const cartInput = z.strictObject({ actor: actorInput, cartId: idInput })

export const mergeCartsInput = z.strictObject({
  actor: actorInput,
  guestCartId: idInput,
  guestToken: textInput(200, 20),
  cartId: idInput.optional(),
  strategy: z.enum(['sum', 'keep_newer', 'replace']).default('sum'),
})

export type MergeCartsInput = z.input<typeof mergeCartsInput>

export const cartVoucherInput = cartInput.extend({ code: codeInput, client: z.string().min(1).max(200).optional() })

export const cartLineInput = cartInput.extend({ sku: skuInput })

/** The shop decides for how long a cart may be held. */
export function holdCartInput({ maxMinutes }: CartHoldRules) {
  return cartInput.extend({ minutes: z.int().min(1).max(maxMinutes).optional() })
}

export type HoldCartInput = z.input<ReturnType<typeof holdCartInput>>

/** The shop decides how many lines a cart may have, and how many units each. */
export function cartLinesInput({ maxLines, maxQuantity }: CartLimits) {
  const line = z.strictObject({ sku: skuInput, quantity: quantityInput(maxQuantity) })
  return cartInput.extend({ lines: z.array(line).min(1).max(maxLines) })
}

/** The shop decides how many units one line may have. */
export function cartQuantityInput({ maxQuantity }: CartLimits) {
  return cartLineInput.extend({ quantity: quantityInput(maxQuantity) })
}

function quantityInput(maxQuantity: number) {
  return z.number().int().min(1).max(maxQuantity)
}
