import * as z from 'zod'
import { textInput } from '../parse-input.ts'
import { type Place, plainCode } from './places.ts'

const some = <Item extends z.ZodType>(item: Item) => z.array(item).min(1).max(10_000).optional()

/** The fields of a `Place`, for schemas that have more. */
export const placeFields = {
  countries: some(z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 code in capitals')),
  regions: some(textInput(100)),
  postalPrefixes: some(textInput(20).refine((text) => plainCode(text) !== '', { message: 'must have a letter or digit' })),
}

/** Prefixes and regions name nothing without their country. */
export const placeNeedsCountry = [
  ({ countries, regions, postalPrefixes }: Place) => countries !== undefined || (regions === undefined && postalPrefixes === undefined),
  { path: ['countries'] as string[], message: 'must be given with regions or postal prefixes' },
] as const
