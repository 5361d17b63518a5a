import { hash } from 'node:crypto'
import type { Currency } from '@cartwright/core'
import { type LoadShapes, sampleBasketSize } from '../load-shapes/load-shapes.ts'
import { type SeededSource, seededSource } from './seeded-source.ts'

/** What decides every byte of a seeded shop. */
export interface SeedParameters {
  readonly products: number
  readonly customers: number
  readonly orders: number
  readonly seed: number
  /** The seeded shop's present: nothing in it happens later. */
  readonly until: Date
  readonly currency: Currency
  readonly shapes: LoadShapes
}

/** Changed with every change of what is made from the same parameters, so that no shop is begun by one version and finished by another. */
const generation = 2

const dayMs = 24 * 3_600_000
const maxDays = 365

/** The parameters with what follows from them for the whole shop. */
export class SeedPlan {
  readonly parameters: SeedParameters
  /** Orders of one day. */
  readonly ordersPerDay: number
  /** When the first day of trading begins. */
  readonly opensAt: Date
  /** Lines of all orders together, more or less. */
  readonly expectedLines: number
  readonly #step: number
  readonly #shift: number
  readonly #inverse: bigint

  constructor(parameters: SeedParameters) {
    this.parameters = parameters
    const { orders, products, shapes, until } = parameters
    const days = Math.max(1, Math.min(maxDays, Math.ceil(orders / shapes.ordersPerDay)))
    this.ordersPerDay = Math.max(1, Math.ceil(orders / days))
    this.opensAt = new Date(until.getTime() - Math.max(1, Math.ceil(orders / this.ordersPerDay)) * dayMs)
    this.expectedLines = orders * meanBasketSize(shapes)
    const source = this.source('popularity')
    this.#step = coprime(source.integer(1, products), products)
    this.#shift = source.integer(0, products - 1)
    this.#inverse = inverseOf(this.#step, products)
  }

  /** Random numbers for one thing of this shop. */
  source(...name: readonly (string | number)[]): SeededSource {
    return seededSource('cartwright seed', generation, this.parameters.seed, ...name)
  }

  /** The product of a rank, 0 being the most wanted: a walk through all of them in steps that share no factor with their number. */
  productAt(rank: number): number {
    return Number((BigInt(rank) * BigInt(this.#step) + BigInt(this.#shift)) % BigInt(this.parameters.products))
  }

  /** The rank of a product. */
  rankOf(product: number): number {
    const products = BigInt(this.parameters.products)
    return Number(((BigInt(product) - BigInt(this.#shift) + products) * this.#inverse) % products)
  }

  /** Digest of the parameters: two runs with the same one make the same shop. */
  get fingerprint(): string {
    return hash('sha256', JSON.stringify({ generation, ...this.parameters }))
  }
}

function meanBasketSize(shapes: LoadShapes): number {
  const points = 1_000
  let sum = 0
  for (let point = 0; point < points; point += 1) sum += sampleBasketSize(shapes, () => (point + 0.5) / points)
  return sum / points
}

function coprime(from: number, to: number): number {
  let candidate = from
  while (greatestCommonDivisor(candidate, to) !== 1) candidate += 1
  return candidate
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

/** The number that undoes a multiplication by `value`, modulo `modulus`: the extended algorithm of Euclid. */
function inverseOf(value: number, modulus: number): bigint {
  let [remainder, next] = [BigInt(modulus), BigInt(value) % BigInt(modulus)]
  let [coefficient, nextCoefficient] = [0n, 1n]
  while (next !== 0n) {
    const quotient = remainder / next
    ;[remainder, next] = [next, remainder - quotient * next]
    ;[coefficient, nextCoefficient] = [nextCoefficient, coefficient - quotient * nextCoefficient]
  }
  const whole = BigInt(modulus)
  return ((coefficient % whole) + whole) % whole
}
