import * as z from 'zod'
import type { CartId, ReservationId } from '../ids.ts'
import type { Cart } from './cart.ts'

/** The units of a cart, kept from everybody else for some minutes. */
export interface CartHold {
  readonly cartId: CartId
  readonly reservationId: ReservationId
  /** When it was first taken; taking it again does not count anew. */
  readonly since: Date
  readonly expiresAt: Date
  readonly units: number
}

export const cartHoldRulesInput = z
  .strictObject({
    minutes: z.int().min(1).max(1_440).default(10),
    maxMinutes: z.int().min(1).max(1_440).default(15),
    maxHolds: z.int().min(1).max(100).default(1),
    maxUnits: z.int().min(1).max(1_000_000).default(20),
    guests: z.boolean().default(false),
  })
  .refine(({ minutes, maxMinutes }) => minutes <= maxMinutes, { path: ['minutes'], message: 'must not be more than maxMinutes' })

/** How carts may be held before they are ordered. */
export interface CartHoldRules {
  /** How long a hold lasts when the caller does not say. @default 10 */
  readonly minutes: number
  /** How long it lasts at most, taken again or not, in minutes. @default 15 */
  readonly maxMinutes: number
  /** Carts that one customer may hold at a time. @default 1 */
  readonly maxHolds: number
  /** Units in all of them; of bundles, those of their components. @default 20 */
  readonly maxUnits: number
  /** Whether guests may hold. Each cart of a guest is somebody else's as far as the shop can tell, so limits do not bind them. @default false */
  readonly guests: boolean
}

/** By whom holds are counted: the customer, or the guest of one cart. */
export function holdOwner({ id, customerId, guestTokenHash }: Pick<Cart, 'id' | 'customerId' | 'guestTokenHash'>): string {
  if (customerId !== null) return customerHoldOwner(customerId)
  return guestTokenHash === null ? `cart:${id}` : `guest:${guestTokenHash}`
}

export function customerHoldOwner(customerId: string): string {
  return `customer:${customerId}`
}
