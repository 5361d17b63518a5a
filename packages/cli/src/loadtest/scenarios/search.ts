import { type LoadShapes, sampleQueryWords } from '../../load-shapes/load-shapes.ts'
import type { SeededSource } from '../../seed/seeded-source.ts'
import { wantedProduct } from './browse.ts'
import type { Scenario, Stage } from './scenario.ts'

/** Shorter words are typed as they are. */
const minTypoLength = 4
const maxQueryLength = 200

/** One search for a wanted product. */
export function search(stage: Stage): Scenario {
  return async ({ source, steps }) => {
    const text = typedQuery(wantedProduct(stage, source.unit).title, stage.spec.shapes, source)
    await steps.run('search.query', () => stage.commerce.search.query({ text }))
  }
}

/** What a buyer types who has this title in mind: some words of it, as many as are measured; one in seven with a slip, one in five not typed to the end. */
export function typedQuery(title: string, shapes: LoadShapes, source: SeededSource): string {
  const words = title
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const count = Math.min(words.length, sampleQueryWords(shapes, source.unit))
  const from = source.integer(0, words.length - count)
  const typed = words.slice(from, from + count)
  const slip = source.chance(1 / 7) ? source.integer(0, count - 1) : -1
  const unfinished = source.chance(1 / 5) ? count - 1 : -1
  return typed
    .map((word, place) => (place === slip ? withSlip(word, source) : word))
    .map((word, place) => (place === unfinished && word.length > 3 ? word.slice(0, source.integer(3, word.length - 1)) : word))
    .join(' ')
    .slice(0, maxQueryLength)
}

/** Two letters change places, one is left out, doubled, or another one. */
function withSlip(word: string, source: SeededSource): string {
  if (word.length < minTypoLength) return word
  const at = source.integer(1, word.length - 2)
  const [before, letter, after] = [word.slice(0, at), word.charAt(at), word.slice(at + 1)]
  switch (source.integer(0, 3)) {
    case 0:
      return before + after.charAt(0) + letter + after.slice(1)
    case 1:
      return before + after
    case 2:
      return before + letter + letter + after
    default:
      return before + source.pick([...'aeinrst']) + after
  }
}
