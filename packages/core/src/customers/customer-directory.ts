import type { CustomerId } from '../ids.ts'

/** A customer as the host's own user base has them. */
export interface DirectoryCustomer {
  readonly email: string | null
  /** Whether the person was shown to read mail sent there. Orders of guests under this address become theirs. */
  readonly emailVerified: boolean
  readonly name: string | null
  readonly phone: string | null
}

/**
 * The host's own user base, for shops whose customers sign in elsewhere.
 *
 * **Contract for implementers**
 * - `emailVerified` is true only for an address that its owner has confirmed: whoever has it is given the orders that guests placed under it.
 * - Undefined for whom it does not know. Rejects when it cannot tell; the caller gets that rejection.
 *
 * Asked outside of every transaction.
 */
export interface CustomerDirectory {
  find(params: { readonly customerId: CustomerId }): Promise<DirectoryCustomer | undefined>
}
