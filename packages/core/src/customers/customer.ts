import type { AddressId, CustomerId } from '../ids.ts'
import type { Address } from '../orders/address.ts'

/** A person who buys, as the shop knows them. */
export interface Customer {
  readonly id: CustomerId
  /** As it was written; unique but for capitals. */
  readonly email: string | null
  /** When the person was last shown to read mail sent there; null while that is not known. */
  readonly emailVerifiedAt: Date | null
  readonly name: string | null
  readonly phone: string | null
  /** Names of the groups that staff have put the customer in, such as `wholesale`: each once, in the order of the alphabet. Prices and promotions can be for some only. */
  readonly groups: readonly string[]
  /** Grows by one with each change. */
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** What an address is used for unless the buyer says otherwise. */
export type AddressPurpose = 'shipping' | 'billing'

/** An address in a customer's address book. */
export interface CustomerAddress {
  readonly id: AddressId
  readonly customerId: CustomerId
  readonly address: Address
  readonly defaultShipping: boolean
  readonly defaultBilling: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** An address of a customer's book that an order was made with. */
export interface UsedAddress {
  readonly purpose: AddressPurpose
  readonly addressId: AddressId
}

/** Addresses that one customer may have. A constraint of the database says the same. */
export const maxAddresses = 50

/** Groups that one customer may be in. */
export const maxGroups = 50

/** A name for what is kept of a customer who is erased; it leads to nobody. @param id - a fresh one */
export function newPseudonym(id: CustomerId): CustomerId {
  return `erased-${id}` as CustomerId
}

/** Whether an order's customer was erased: nothing can be sent to them, or be kept for them. */
export function isPseudonym(customerId: CustomerId | null): boolean {
  return customerId !== null && /^erased-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(customerId)
}

/** By which two ways to write one address of mail are known to be the same. */
export function emailKey(email: string): string {
  return email.toLowerCase()
}
