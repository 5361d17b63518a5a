import * as z from 'zod'
import { actorInput, currencyInput, idInput, skuInput } from '../parse-input.ts'
import type { CartLimits } from './cart.ts'

export const createCartInput = z.strictObject({ currency: currencyInput.optional(), actor: actorInput.optional() })

export const cartInput = z.strictObject({ actor: actorInput, cartId: idInput })

export const cartLineInput = cartInput.extend({ sku: skuInput })

/** The shop decides how many units one line may have. */
export function cartQuantityInput({ maxQuantity }: CartLimits) {
  return cartLineInput.extend({ quantity: z.number().int().min(1).max(maxQuantity) })
}
