import type { Actor } from '../actor.ts'
import type { Context } from '../context.ts'
import { addressIssues } from '../customers/country-rules.ts'
import type { AddressPurpose, CustomerAddress, UsedAddress } from '../customers/customer.ts'
import { CommerceError } from '../errors.ts'
import type { CustomerId } from '../ids.ts'
import type { Address } from '../orders/address.ts'
import type { AddressChoice } from './checkout-input.ts'

interface ChosenAddresses {
  readonly shippingAddress?: Address
  readonly billingAddress?: Address
  readonly usedAddresses?: readonly UsedAddress[]
}

/**
 * The addresses that a buyer has chosen, those of their address book word for word, and those that they typed as the country's post needs them.
 *
 * @param choices - undefined for one that there is none of.
 * @throws INVALID_INPUT for one that the country's post would miss something in; NOT_FOUND for one that is not in the book of whoever asks; guests and staff have none
 */
export async function chooseAddresses(
  context: Context,
  actor: Actor,
  { shipping, billing }: { readonly shipping: AddressChoice | undefined; readonly billing: AddressChoice | undefined },
): Promise<ChosenAddresses> {
  const fromBook = [shipping, billing].some((choice) => choice !== undefined && 'addressId' in choice)
  const book = fromBook ? await addressBook(context, actor) : []
  const used: UsedAddress[] = []
  const choose = (purpose: AddressPurpose, choice: AddressChoice): Address => {
    if (!('addressId' in choice)) return deliverable(`${purpose}Address`, choice)
    const found = book.find(({ id }) => id === choice.addressId)
    if (found === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'address' } })
    used.push({ purpose, addressId: found.id })
    return found.address
  }
  return {
    ...(shipping === undefined ? {} : { shippingAddress: choose('shipping', shipping) }),
    ...(billing === undefined ? {} : { billingAddress: choose('billing', billing) }),
    ...(used.length === 0 ? {} : { usedAddresses: used }),
  }
}

/** @throws INVALID_INPUT */
function deliverable(path: string, address: Address): Address {
  const issues = addressIssues(address).map((issue) => ({ ...issue, path: `${path}.${issue.path}` }))
  if (issues.length > 0) throw new CommerceError('INVALID_INPUT', { details: { issues } })
  return address
}

async function addressBook({ storage, clock }: Context, actor: Actor): Promise<readonly CustomerAddress[]> {
  if (actor.type !== 'customer') return []
  const customerId = actor.customerId as CustomerId
  return storage.snapshot(clock.now(), ({ customers }) => customers.addresses({ customerId }), { reader: { type: 'customer', customerId } })
}
