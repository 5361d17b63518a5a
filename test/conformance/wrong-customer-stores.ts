import { accountSuite, customerSuite, wishListSuite } from '@cartwright/testing/conformance'
import { overlay } from '../planted/overlay.ts'
import { inStore, on } from './faulty-database.ts'
import type { WrongAdapter } from './wrong-adapter.ts'

/** Stores of people with one fault each. */
export const wrongCustomerStores: readonly WrongAdapter[] = [
  {
    suite: 'accountSuite',
    fault: 'a token that is looked at before it is used up',
    caughtBy: 'let a token be used once',
    register: on(
      accountSuite,
      inStore('accounts', (accounts) => overlay(accounts, { useToken: async (params) => (await accounts.tokenOwner(params)) === params.customerId })),
    ),
  },
  {
    suite: 'customerSuite',
    fault: 'an address of mail that only its own spelling takes',
    caughtBy: 'keeps one customer of an id, and one of an address of mail',
    register: on(
      customerSuite,
      inStore('customers', (customers) =>
        overlay(customers, {
          insert: async (customer) => {
            const answer = await customers.insert(customer)
            return answer === 'email_taken' && customer.email !== customer.email?.toLowerCase() ? customers.insert({ ...customer, email: null }) : answer
          },
        }),
      ),
    ),
  },
  {
    suite: 'wishListSuite',
    fault: 'a token that opens a list which is not shared any more',
    caughtBy: 'is read by the last token only, and by none once it is not shared',
    register: on(
      wishListSuite,
      inStore('wishLists', (lists) =>
        overlay(lists, { share: async (params) => (params.sharing === null ? (await lists.find(params)) !== undefined : lists.share(params)) }),
      ),
    ),
  },
]
