import type { Actor } from '../actor.ts'
import type { Context } from '../context.ts'
import type { AddressPurpose, CustomerAddress, UsedAddress } from '../customers/customer.ts'
import { CommerceError } from '../errors.ts'
import type { CustomerId } from '../ids.ts'
import type { Address } from '../orders/address.ts'
import type { AddressChoice } from './checkout-input.ts'

interface ChosenAddresses {
  readonly shippingAddress: Address
  readonly billingAddress: Address
  readonly usedAddresses?: readonly UsedAddress[]
}

/**
 * The addresses that a buyer has chosen, those of their address book word for word.
 *
 * @throws NOT_FOUND for one that is not in the book of whoever asks; guests and staff have none
 */
export async function chooseAddresses(context: Context, actor: Actor, shipping: AddressChoice, billing: AddressChoice): Promise<ChosenAddresses> {
  const book = 'addressId' in shipping || 'addressId' in billing ? await addressBook(context, actor) : []
  const used: UsedAddress[] = []
  const choose = (purpose: AddressPurpose, choice: AddressChoice): Address => {
    if (!('addressId' in choice)) return choice
    const found = book.find(({ id }) => id === choice.addressId)
    if (found === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'address' } })
    used.push({ purpose, addressId: found.id })
    return found.address
  }
  const chosen = { shippingAddress: choose('shipping', shipping), billingAddress: choose('billing', billing) }
  return used.length === 0 ? chosen : { ...chosen, usedAddresses: used }
}

async function addressBook({ storage, clock }: Context, actor: Actor): Promise<readonly CustomerAddress[]> {
  if (actor.type !== 'customer') return []
  const customerId = actor.customerId as CustomerId
  return storage.snapshot(clock.now(), ({ customers }) => customers.addresses({ customerId }), { reader: { type: 'customer', customerId } })
}
