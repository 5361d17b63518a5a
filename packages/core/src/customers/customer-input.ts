import * as z from 'zod'
import { freeText } from '../free-text.ts'
import { addressInput } from '../orders/address-input.ts'
import { actorInput, emailInput, idInput, textInput } from '../parse-input.ts'
import { addressIssues } from './country-rules.ts'
import { maxGroups } from './customer.ts'

const customerIdInput = textInput(200)

/** A customer names themselves by asking; staff say whom they mean. */
export const ofCustomerInput = z.strictObject({ actor: actorInput, customerId: customerIdInput.optional() })

export const listCustomersInput = z.strictObject({
  actor: actorInput,
  email: emailInput.optional(),
  limit: z.int().min(1).max(100).default(20),
  after: z.string().max(1_000).optional(),
})

export const updateCustomerInput = ofCustomerInput.extend({
  name: freeText(200).nullable().optional(),
  phone: textInput(40).nullable().optional(),
  email: emailInput.nullable().optional(),
  emailVerified: z.boolean().optional(),
})

/** Names of groups: up to 50 characters each, `maxGroups` at most. */
const groupsInput = z.array(textInput(50)).max(maxGroups)

export const setGroupsInput = ofCustomerInput.extend({ groups: groupsInput })

/** An address that the post of its country can make use of. */
const postalAddressInput = addressInput.superRefine((address, context) => {
  for (const { path, message } of addressIssues(address)) context.addIssue({ code: 'custom', path: [path], message })
})

export const putAddressInput = ofCustomerInput.extend({
  addressId: idInput.optional(),
  address: postalAddressInput,
  defaultShipping: z.boolean().optional(),
  defaultBilling: z.boolean().optional(),
})

export const ofAddressInput = ofCustomerInput.extend({ addressId: idInput })

/** @param force - for staff: also with orders that are paid and not sent. */
export const eraseCustomerInput = ofCustomerInput.extend({ force: z.boolean().default(false) })

export type OfCustomerInput = z.input<typeof ofCustomerInput>
export type ListCustomersInput = z.input<typeof listCustomersInput>
export type UpdateCustomerInput = z.input<typeof updateCustomerInput>
export type SetGroupsInput = z.input<typeof setGroupsInput>
export type PutAddressInput = z.input<typeof putAddressInput>
export type EraseCustomerInput = z.input<typeof eraseCustomerInput>
export type OfAddressInput = z.input<typeof ofAddressInput>
