import type { Address } from '@cartwright/core'
import { slug } from './make-product.ts'
import { type Country, countries, mailDomains, postalLetters } from './people-words.ts'
import type { SeedPlan } from './seed-plan.ts'
import type { SeededSource } from './seeded-source.ts'

/** Somebody who buys in the seeded shop. */
export interface Buyer {
  /** The host's name of the customer; undefined for a guest. */
  readonly customerId?: string
  readonly email: string
  readonly address: Address
}

/** The customer of an index from 0 up: always the same one of the same plan. */
export function makeCustomer(plan: SeedPlan, index: number): Buyer {
  const number = String(index + 1).padStart(6, '0')
  return { customerId: `customer-${number}`, ...makePerson(plan.source('customer', index), number) }
}

/** The guest who placed the order of this index. */
export function makeGuest(plan: SeedPlan, order: number): Buyer {
  return makePerson(plan.source('guest', order), `guest${order + 1}`)
}

function makePerson(source: SeededSource, tag: string): Omit<Buyer, 'customerId'> {
  const country = sampleCountry(source)
  const firstName = source.pick(country.firstNames)
  const lastName = source.pick(country.lastNames)
  const city = source.pick(country.cities)
  const street = source.pick(country.streets)
  const houseNumber = source.integer(1, 180)
  return {
    email: `${slug(firstName)}.${slug(lastName)}.${tag}@${source.pick(mailDomains)}`,
    address: {
      name: `${firstName} ${lastName}`,
      line1: country.numberFirst ? `${houseNumber} ${street}` : `${street} ${houseNumber}`,
      city: city.name,
      ...(city.region === undefined ? {} : { region: city.region }),
      postalCode: city.postalCode.replace(/[#@]/g, (mark) => (mark === '#' ? String(source.integer(0, 9)) : source.pick([...postalLetters]))),
      country: country.code,
    },
  }
}

function sampleCountry(source: SeededSource): Country {
  let left = source.unit() * countries.reduce((sum, { weight }) => sum + weight, 0)
  const found = countries.find(({ weight }) => {
    left -= weight
    return left < 0
  })
  return found ?? (countries[0] as Country)
}
