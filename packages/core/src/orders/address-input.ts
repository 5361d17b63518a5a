import * as z from 'zod'
import { freeText } from '../free-text.ts'
import { textInput } from '../parse-input.ts'

/** What every address must be like, whatever the country. */
export const addressInput = z.strictObject({
  name: freeText(200),
  line1: freeText(200),
  line2: freeText(200).optional(),
  city: freeText(100),
  region: freeText(100).optional(),
  /** Empty where the country has none. */
  postalCode: freeText(20, 0),
  country: z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 code in capitals'),
  phone: textInput(40).optional(),
})
