import * as z from 'zod'
import { freeLines, freeText } from '../free-text.ts'
import { actorInput, currencyInput, idInput, skuInput, textInput } from '../parse-input.ts'
import { maxWishListItems } from './wish-list.ts'

/** A customer names themselves by asking; staff say whom they mean. */
export const wishListsInput = z.strictObject({ actor: actorInput, customerId: textInput(200).optional() })

const nameInput = freeText(100).refine((name) => name.trim() === name, { message: 'must not begin or end with a blank' })

export const createWishListInput = wishListsInput.extend({ name: nameInput })

export const ofWishListInput = wishListsInput.extend({ wishListId: idInput })

export const getWishListInput = ofWishListInput.extend({ currency: currencyInput.optional() })

export const renameWishListInput = ofWishListInput.extend({ name: nameInput })

export const addWishInput = ofWishListInput.extend({ sku: skuInput, note: freeLines(500).nullable().optional() })

export const removeWishInput = ofWishListInput.extend({ sku: skuInput })

export const moveWishesInput = ofWishListInput.extend({ cartId: idInput, skus: z.array(skuInput).min(1).max(maxWishListItems).optional() })

export const shareWishListInput = ofWishListInput.extend({ notes: z.boolean().default(false) })

export const sharedWishListInput = z.strictObject({ token: textInput(200, 20), actor: actorInput.optional(), currency: currencyInput.optional() })

export type WishListsInput = z.input<typeof wishListsInput>
export type CreateWishListInput = z.input<typeof createWishListInput>
export type OfWishListInput = z.input<typeof ofWishListInput>
export type GetWishListInput = z.input<typeof getWishListInput>
export type RenameWishListInput = z.input<typeof renameWishListInput>
export type AddWishInput = z.input<typeof addWishInput>
export type RemoveWishInput = z.input<typeof removeWishInput>
export type MoveWishesInput = z.input<typeof moveWishesInput>
export type ShareWishListInput = z.input<typeof shareWishListInput>
export type SharedWishListInput = z.input<typeof sharedWishListInput>
