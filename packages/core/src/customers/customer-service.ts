import { requireStaff } from '../actor.ts'
import type { Page } from '../catalog/catalog-store.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { AddressId, CustomerId, OrderId } from '../ids.ts'
import { parseInput } from '../parse-input.ts'
import { accountKey } from '../promotions/promotion.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { type Customer, type CustomerAddress, emailKey, maxAddresses } from './customer.ts'
import { customerMeant, noSuchCustomer } from './customer-actor.ts'
import {
  type EraseCustomerInput,
  eraseCustomerInput,
  type ListCustomersInput,
  listCustomersInput,
  type OfAddressInput,
  type OfCustomerInput,
  ofAddressInput,
  ofCustomerInput,
  type PutAddressInput,
  putAddressInput,
  type SetGroupsInput,
  setGroupsInput,
  type UpdateCustomerInput,
  updateCustomerInput,
} from './customer-input.ts'
import { announceCustomer, lockedOrNew, saveCustomer } from './customer-writer.ts'
import { type ErasedCustomer, eraseCustomer } from './erase-customer.ts'
import { type CustomerExport, exportCustomer } from './export-customer.ts'
import { findCustomer } from './find-customer.ts'

/** Who buys: profiles and address books. Customers see and change their own; staff name whom they mean. Another customer and a missing one look the same. */
export class CustomerService {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  /** A customer's profile: the shop's own, or what the host's directory has. @throws NOT_FOUND, FORBIDDEN for guests */
  async get(params: OfCustomerInput): Promise<Customer> {
    const { actor, customerId } = parseInput(ofCustomerInput, params)
    const customer = await findCustomer(this.#context, customerMeant(actor, customerId))
    if (customer === undefined) throw noSuchCustomer()
    return customer
  }

  /** Customers that the shop has a row of, newest first. Staff only. @throws FORBIDDEN */
  async list(params: ListCustomersInput): Promise<Page<Customer>> {
    const { actor, email, limit, after } = parseInput(listCustomersInput, params)
    requireStaff(actor)
    const query = { limit, ...(email === undefined ? {} : { emailKey: emailKey(email) }), ...(after === undefined ? {} : { after }) }
    return this.#context.storage.snapshot(this.#context.clock.now(), (snapshot) => snapshot.customers.list(query), { reader: { type: 'any' } })
  }

  /**
   * Changes what is given of a profile; null takes it out. Makes the profile of a customer whom the shop has not met, such as one who signs in at the host.
   *
   * @param params - `email` and `emailVerified` are for staff: whoever has a verified address is given the orders that guests placed under it.
   * @throws FORBIDDEN, NOT_FOUND, EMAIL_TAKEN, CUSTOMERS_ELSEWHERE, CONFLICT when others kept changing it
   */
  async update(params: UpdateCustomerInput): Promise<Customer> {
    const { actor, customerId, name, phone, email, emailVerified } = parseInput(updateCustomerInput, params)
    if (email !== undefined || emailVerified !== undefined) requireStaff(actor)
    const id = customerMeant(actor, customerId)
    if (this.#context.directory !== undefined) throw new CommerceError('CUSTOMERS_ELSEWHERE', { details: {} })
    return this.#change(id, async (tx, before) => {
      const address = email === undefined ? before.email : email
      const kept = address === before.email ? before.emailVerifiedAt : null
      const emailVerifiedAt = address === null || emailVerified === false ? null : emailVerified === true ? (kept ?? tx.now) : kept
      // What was sent to the old address must not open or confirm anything under the new one.
      if (address !== before.email) await tx.accounts.dropTokens({ customerId: id })
      const changes = { ...(name === undefined ? {} : { name }), ...(phone === undefined ? {} : { phone }), email: address, emailVerifiedAt }
      return saveCustomer(this.#context, tx, before, changes, 'updated')
    })
  }

  /**
   * Puts a customer into groups, and out of all others: prices and promotions can be for some groups only. Staff only. Also where customers are kept in a directory
   * of the host: groups are the shop's own. Says the same again, and nothing changes.
   *
   * @param params - `groups`, each once or more, in any order.
   * @throws FORBIDDEN, CONFLICT when others kept changing the customer
   */
  async setGroups(params: SetGroupsInput): Promise<Customer> {
    const { actor, customerId, groups } = parseInput(setGroupsInput, params)
    requireStaff(actor)
    const sorted = [...new Set(groups)].sort()
    return this.#change(customerMeant(actor, customerId), async (tx, before) => {
      const same = sorted.length === before.groups.length && sorted.every((name, index) => name === before.groups[index])
      return same ? before : saveCustomer(this.#context, tx, before, { groups: sorted }, 'groups')
    })
  }

  /** The customer's address book, oldest first. @throws FORBIDDEN, NOT_FOUND */
  async addresses(params: OfCustomerInput): Promise<readonly CustomerAddress[]> {
    const { actor, customerId } = parseInput(ofCustomerInput, params)
    const id = customerMeant(actor, customerId)
    const reader = actor.type === 'customer' ? ({ type: 'customer', customerId: id } as const) : ({ type: 'any' } as const)
    return this.#context.storage.snapshot(this.#context.clock.now(), (snapshot) => snapshot.customers.addresses({ customerId: id }), { reader })
  }

  /**
   * Puts an address into the book, or in place of the one that `addressId` names. The first address is the default for shipping and billing; a flag makes another
   * one the default, or ends that it is.
   *
   * @throws INVALID_INPUT for an address that its country's post cannot make use of; NOT_FOUND, FORBIDDEN, ADDRESS_LIMIT, CONFLICT
   */
  async putAddress(params: PutAddressInput): Promise<CustomerAddress> {
    const { actor, customerId, addressId, address, defaultShipping, defaultBilling } = parseInput(putAddressInput, params)
    const id = customerMeant(actor, customerId)
    return this.#change(id, async (tx, customer) => {
      const before = await tx.customers.addresses({ customerId: id })
      const own = before.find((known) => known.id === addressId)
      if (addressId !== undefined && own === undefined) throw noSuchAddress()
      const target = own?.id ?? this.#context.ids.next<AddressId>()
      const put = await tx.customers.putAddress({ customerId: id, addressId: target, address })
      if (put === 'full') throw new CommerceError('ADDRESS_LIMIT', { details: { max: maxAddresses } })
      if (put === 'missing') throw noSuchAddress()
      const first = before.length === 0 ? true : undefined
      await setDefaults(tx, id, target, own, { shipping: defaultShipping ?? first, billing: defaultBilling ?? first })
      await announceCustomer(this.#context, tx, customer, 'addresses')
      const written = (await tx.customers.addresses({ customerId: id })).find((known) => known.id === target)
      if (written === undefined) throw noSuchAddress()
      return written
    })
  }

  /** Takes an address out of the book. Orders keep theirs. @throws NOT_FOUND, FORBIDDEN */
  async removeAddress(params: OfAddressInput): Promise<void> {
    const { actor, customerId, addressId } = parseInput(ofAddressInput, params)
    const id = customerMeant(actor, customerId)
    const { storage, clock } = this.#context
    await storage.transaction(clock.now(), async (tx) => {
      const customer = await tx.customers.lock({ customerId: id })
      if (customer === undefined || !(await tx.customers.removeAddress({ customerId: id, addressId: addressId as AddressId }))) throw noSuchAddress()
      await announceCustomer(this.#context, tx, customer, 'addresses')
    })
  }

  /**
   * Gives a customer the orders that guests placed under their address of mail. Only under one that is shown to be theirs; each order once. Guests keep the links
   * to their orders. What they used of promotions counts as the customer's, up to their limits. Call it after an address was confirmed, and at each sign-in if you like.
   *
   * @returns the orders that became theirs now.
   * @throws EMAIL_UNVERIFIED, NOT_FOUND, FORBIDDEN
   */
  async claimOrders(params: OfCustomerInput): Promise<{ readonly orderIds: readonly OrderId[] }> {
    const { actor, customerId } = parseInput(ofCustomerInput, params)
    const id = customerMeant(actor, customerId)
    const known = await findCustomer(this.#context, id)
    if (known === undefined) throw noSuchCustomer()
    return this.#change(id, async (tx, customer) => {
      // The shop's own profile is looked at again under its lock; the host's directory has said what it has to say.
      const { email, emailVerifiedAt } = this.#context.directory === undefined ? customer : known
      if (email === null || emailVerifiedAt === null) throw new CommerceError('EMAIL_UNVERIFIED', { details: {} })
      const orderIds = await tx.customers.claimOrders({ customerId: id, emailKey: emailKey(email) })
      if (orderIds.length > 0) {
        await tx.promotions.handOver({ orderIds, customerKey: accountKey(id) })
        await announceCustomer(this.#context, tx, customer, 'orders_claimed')
      }
      return { orderIds }
    })
  }

  /** Everything that the shop knows of a customer, as one JSON object. @throws FORBIDDEN, NOT_FOUND */
  async export(params: OfCustomerInput): Promise<CustomerExport> {
    const { actor, customerId } = parseInput(ofCustomerInput, params)
    return exportCustomer(this.#context, customerMeant(actor, customerId))
  }

  /**
   * Takes a person out of the shop's records: profile, addresses, password, sessions, carts. Orders stay, as the law wants it, without the person; there is no way
   * back. Repeating it takes out what came since.
   *
   * @param params - `force`, for staff, also with orders that are paid and not sent.
   * @throws CUSTOMER_BUSY while an order is to be paid or sent; FORBIDDEN, NOT_FOUND
   */
  async erase(params: EraseCustomerInput): Promise<ErasedCustomer> {
    const { actor, customerId, force } = parseInput(eraseCustomerInput, params)
    if (force) requireStaff(actor)
    return eraseCustomer(this.#context, customerMeant(actor, customerId), { force })
  }

  /** In one transaction, under the customer's lock. */
  #change<T>(customerId: CustomerId, work: (tx: StorageTransaction, customer: Customer) => Promise<T>): Promise<T> {
    const { storage, clock } = this.#context
    return storage.transaction(clock.now(), async (tx) => work(tx, await lockedOrNew(this.#context, tx, customerId)))
  }
}

/** @param wanted - true and false are said; undefined leaves it as it is */
async function setDefaults(
  tx: StorageTransaction,
  customerId: CustomerId,
  addressId: AddressId,
  before: CustomerAddress | undefined,
  wanted: { readonly shipping: boolean | undefined; readonly billing: boolean | undefined },
): Promise<void> {
  for (const purpose of ['shipping', 'billing'] as const) {
    const is = purpose === 'shipping' ? before?.defaultShipping : before?.defaultBilling
    if (wanted[purpose] === true) await tx.customers.setDefault({ customerId, purpose, addressId })
    if (wanted[purpose] === false && is === true) await tx.customers.setDefault({ customerId, purpose, addressId: null })
  }
}

function noSuchAddress(): CommerceError {
  return new CommerceError('NOT_FOUND', { details: { object: 'address' } })
}
