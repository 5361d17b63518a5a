import { type Random, shortText } from '../ids.ts'

/**
 * A code that cannot be guessed: twelve characters, 60 random bits, shown as `7KQ2-9FJX-4MNP`, without 0, 1, I and O, which are misread. Of a million good ones, a
 * guesser who may try ten a minute finds one in some two thousand years.
 *
 * @param prefix - stands before it, with a hyphen.
 */
export function randomCode(random: Random, prefix?: string): string {
  const text = shortText(random, 12)
  return [...(prefix === undefined ? [] : [prefix]), text.slice(0, 4), text.slice(4, 8), text.slice(8)].join('-')
}
