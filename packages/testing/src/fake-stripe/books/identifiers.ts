import { type SeededRandom, seededRandom } from '../../seeded-random.ts'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Ids that look like Stripe's and that a seed decides. */
export class Identifiers {
  readonly #random: SeededRandom

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  next(prefix: string): string {
    return `${prefix}_${this.letters(24)}`
  }

  letters(count: number): string {
    return Array.from({ length: count }, () => alphabet[this.#random.integer(0, alphabet.length - 1)]).join('')
  }
}
