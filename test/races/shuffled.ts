import type { SeededRandom } from '@cartwright/testing'

/** The same items in an order that the seed decides. */
export function shuffled<T>(items: readonly T[], random: SeededRandom): readonly T[] {
  const drawn = items.map((item) => ({ item, lot: random.integer(0, 2 ** 31) }))
  return drawn.sort((one, other) => one.lot - other.lot).map(({ item }) => item)
}
