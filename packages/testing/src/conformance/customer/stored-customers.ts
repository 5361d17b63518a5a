import type { Customer, CustomerId, Storage } from '@cartwright/core/ports'
import { ids } from '../fixtures.ts'
import { at, start } from '../moments.ts'

export function aCustomer(overrides: Partial<Customer> = {}): Customer {
  return {
    id: ids.next<CustomerId>(),
    email: null,
    emailVerifiedAt: null,
    name: 'Ada Buyer',
    phone: null,
    groups: [],
    version: 1,
    createdAt: start,
    updatedAt: start,
    ...overrides,
  }
}

/** A customer in the database. */
export async function insertedCustomer(storage: Storage, overrides: Partial<Customer> = {}): Promise<Customer> {
  const customer = aCustomer(overrides)
  await storage.transaction(at(0), (tx) => tx.customers.insert(customer))
  return customer
}
