import { type SeededRandom, seededRandom } from '../seeded-random.ts'

/** Independent streams of random numbers for the parts of one run: what one part draws never moves what another gets. */
export function streamOf(seed: number, ...path: readonly number[]): SeededRandom {
  let mixed = seed >>> 0
  for (const part of path) {
    mixed = Math.imul(mixed ^ (mixed >>> 16) ^ (part + 0x7f4a_7c15), 0x85eb_ca6b) >>> 0
    mixed = (mixed ^ (mixed >>> 13)) >>> 0
  }
  return seededRandom(mixed)
}

/** True with this probability. */
export function chance(random: SeededRandom, probability: number): boolean {
  return random.integer(0, 999_999) < probability * 1_000_000
}

/** One of the choices, each as likely as its weight. */
export function weighted<T>(random: SeededRandom, choices: readonly (readonly [weight: number, choice: T])[]): T {
  let mark = random.integer(0, choices.reduce((sum, [weight]) => sum + weight, 0) - 1)
  for (const [weight, choice] of choices) {
    mark -= weight
    if (mark < 0) return choice
  }
  throw new RangeError('weighted needs at least one choice with a weight')
}
