import type { OwnerFilter } from '@cartwright/core/ports'

declare const readerKey: unique symbol
/** Somebody who reads what was written for them, as one text. */
export type ReaderKey = string & { readonly [readerKey]: true }

/** Whose a cart or an order is. */
export interface Owned {
  readonly customerId: string | null
  readonly guestTokenHash: string | null
}

/** What is a customer's and no guest's. */
export function ownedByCustomer(customerId: string): Owned {
  return { customerId, guestTokenHash: null }
}

const anybody = 'any' as ReaderKey

export function keyOfReader(reader: OwnerFilter): ReaderKey {
  if (reader.type === 'any') return anybody
  return (reader.type === 'customer' ? `customer:${reader.customerId}` : `guest:${reader.tokenHash}`) as ReaderKey
}

/** Who must see a change: its owner, if that is known, and staff. */
export function keysOfOwner({ customerId, guestTokenHash }: Owned): readonly ReaderKey[] {
  const keys = [anybody]
  if (customerId !== null) keys.push(`customer:${customerId}` as ReaderKey)
  if (guestTokenHash !== null) keys.push(`guest:${guestTokenHash}` as ReaderKey)
  return keys
}
