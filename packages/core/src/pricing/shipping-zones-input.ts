import * as z from 'zod'
import { addressInput } from '../orders/address-input.ts'
import { amountInput, currencyInput, textInput } from '../parse-input.ts'
import { placeFields, placeNeedsCountry } from './place-input.ts'

/** An amount for each currency that it is offered in. */
const amountsInput = z.record(currencyInput, amountInput)

const priceInput = z.union(
  [
    z.strictObject({ flat: amountsInput }),
    z.strictObject({ byWeight: z.array(z.strictObject({ upToGrams: z.int().min(0), amount: amountsInput })).min(1) }),
    z.strictObject({ byPrice: z.array(z.strictObject({ from: amountsInput, amount: amountsInput })).min(1) }),
  ],
  { error: 'must be one of { flat }, { byWeight }, { byPrice }' },
)

const deliveryTimeInput = z
  .strictObject({ minDays: z.int().min(0).max(1_000), maxDays: z.int().min(0).max(1_000) })
  .refine(({ minDays, maxDays }) => minDays <= maxDays, { path: ['maxDays'], message: 'must not be less than minDays' })

const methodFields = { method: textInput(100), label: textInput(200), delivery: deliveryTimeInput.optional() }

const methodInput = z.strictObject({
  ...methodFields,
  price: priceInput,
  freeFrom: amountsInput.optional(),
  maxWeightGrams: z.int().min(0).optional(),
  minSubtotal: amountsInput.optional(),
  maxSubtotal: amountsInput.optional(),
})

const zoneInput = z.strictObject({ name: textInput(100), ...placeFields, methods: z.array(methodInput).max(100) }).refine(...placeNeedsCountry)

const pickupInput = z.strictObject({ ...methodFields, location: textInput(50), address: addressInput, price: amountsInput.optional() })

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}

const calendarInput = z.strictObject({
  timeZone: z.string().refine(isTimeZone, { message: 'must be the name of a time zone, e.g. Europe/Berlin' }).optional(),
  cutOffHour: z.int().min(0).max(24).optional(),
  weekend: z.array(z.int().min(0).max(6)).max(6).optional(),
  holidays: z.array(z.iso.date()).max(10_000).optional(),
})

export const shippingZonesInput = z
  .strictObject({
    zones: z.array(zoneInput).max(10_000),
    pickups: z.array(pickupInput).max(10_000).default([]),
    calendar: calendarInput.default({}),
  })
  .superRefine(({ zones, pickups }, context) => {
    for (const [index, { methods }] of zones.entries()) {
      const names = [...methods, ...pickups].map(({ method }) => method)
      if (new Set(names).size < names.length)
        context.addIssue({ code: 'custom', path: ['zones', index, 'methods'], message: 'must not name a method twice, nor one of a pickup' })
    }
    if (new Set(pickups.map(({ method }) => method)).size < pickups.length)
      context.addIssue({ code: 'custom', path: ['pickups'], message: 'must not name a method twice' })
  })

export type ZoneRules = z.output<typeof shippingZonesInput>
export type ZoneMethod = z.output<typeof methodInput>
export type ZonePickup = z.output<typeof pickupInput>
