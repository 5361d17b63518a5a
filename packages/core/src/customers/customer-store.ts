import type { Cart } from '../cart/cart.ts'
import type { Page } from '../catalog/catalog-store.ts'
import type { AddressId, CartId, CustomerId, OrderId } from '../ids.ts'
import type { Address } from '../orders/address.ts'
import type { AddressPurpose, Customer, CustomerAddress, UsedAddress } from './customer.ts'

export interface CustomerListQuery {
  /** Only the one with this address of mail, in small letters. */
  readonly emailKey?: string
  /** 1 to 100; newest first. */
  readonly limit: number
  readonly after?: string
}

export interface CustomerReader {
  find(params: { readonly customerId: CustomerId }): Promise<Customer | undefined>
  /** The groups that a customer is in; none of one whom the shop has no row of. One statement. */
  groups(params: { readonly customerId: CustomerId }): Promise<readonly string[]>
  /** Keyset on (createdAt, id), newest first. */
  list(query: CustomerListQuery): Promise<Page<Customer>>
  /** The customer's address book, oldest first. */
  addresses(params: { readonly customerId: CustomerId }): Promise<readonly CustomerAddress[]>
  /** Every cart of the customer's that the database has, oldest first. */
  carts(params: { readonly customerId: CustomerId }): Promise<readonly Cart[]>
}

/** What an erasure has changed. */
export interface Erasure {
  /** Orders that are kept, without the person. */
  readonly orders: number
  readonly carts: readonly CartId[]
}

/** Persistence of customers and their addresses. */
export interface CustomerStore extends CustomerReader {
  /**
   * Writes a new customer.
   *
   * @returns `there` when the id is known already, `email_taken` when another customer has that address of mail, whatever its capitals. Nothing was written then,
   * and the transaction goes on.
   */
  insert(customer: Customer): Promise<'inserted' | 'there' | 'email_taken'>
  /** Like `find`, taking the customer's lock until the transaction ends, so that changes of one customer run one after the other. */
  lock(params: { readonly customerId: CustomerId }): Promise<Customer | undefined>
  /** Replaces the customer's state if the stored version is still `expectedVersion`. In the outcomes but `saved` nothing was written. */
  save(params: { readonly customer: Customer; readonly expectedVersion: number }): Promise<'saved' | 'stale' | 'email_taken'>
  /**
   * Writes an address into the customer's book, under its id: a new one, or in place of the one there. Which addresses are the defaults stays as it is.
   *
   * @returns `full` when it is new and the book has `maxAddresses` already, `missing` when the customer is, or the id is another customer's. Nothing was written then.
   */
  putAddress(params: {
    readonly customerId: CustomerId
    readonly addressId: AddressId
    readonly address: Address
  }): Promise<'added' | 'replaced' | 'full' | 'missing'>
  /** Takes an address out of the book; it is no default any more. @returns false when it is not there. */
  removeAddress(params: { readonly customerId: CustomerId; readonly addressId: AddressId }): Promise<boolean>
  /**
   * Makes an address of the customer's the one default for a purpose, in place of any other.
   *
   * @param addressId - null for none.
   * @returns false when the customer has no such address: nothing was written.
   */
  setDefault(params: { readonly customerId: CustomerId; readonly purpose: AddressPurpose; readonly addressId: AddressId | null }): Promise<boolean>
  /** Notes which addresses of the customer's book an order was made with; what is not in it, or not any more, is left out. */
  noteUse(params: { readonly orderId: OrderId; readonly customerId: CustomerId; readonly used: readonly UsedAddress[] }): Promise<void>
  /**
   * Makes a customer's the orders that guests placed under an address of mail, whatever its capitals: each order once, whoever else asks for it at the same moment. With
   * an order, what was added to it, also while its lock was waited for.
   *
   * @returns those that became theirs now.
   */
  claimOrders(params: { readonly customerId: CustomerId; readonly emailKey: string }): Promise<readonly OrderId[]>
  /**
   * Takes a person out of everything that is kept of them. Profile, addresses, password, tokens, sessions, wish lists, lines of carts, quotes and finished idempotency
   * keys are gone. Carts are closed. Carts, orders and histories stay under `pseudonym`, orders with their amounts and the countries of their addresses. Repeating it
   * changes what has been added since.
   *
   * The caller has the customer's lock, and has seen that none of their orders is open.
   */
  erase(params: { readonly customerId: CustomerId; readonly pseudonym: CustomerId }): Promise<Erasure>
}
