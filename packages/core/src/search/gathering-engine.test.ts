import fc from 'fast-check'
import MiniSearch, { type SearchResult } from 'minisearch'
import { expect, it } from 'vitest'
import { seed } from '../../test/property-seed.ts'
import type { ProductId } from '../ids.ts'
import { GatheringEngine } from './gathering-engine.ts'
import { foldWord, wordsOf } from './search-words.ts'
import { type IndexedTexts, indexedFields } from './stored-document.ts'

type Step =
  | { readonly do: 'add'; readonly product: number; readonly texts: readonly string[] }
  | { readonly do: 'discard'; readonly product: number }
  | { readonly do: 'search'; readonly text: string }

const products = 6
const text = fc
  .array(fc.constantFrom('Kettle', 'kettle', 'kettles', 'KÉTTLE', 'pan', 'pans', 'x1', '-', '\u0301'), { maxLength: 5 })
  .map((words) => words.join(' '))
const product = fc.nat({ max: products - 1 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('add' as const), product, texts: fc.tuple(...indexedFields.map(() => text)) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('discard' as const), product }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('search' as const), text: fc.constantFrom('kettle', 'ketle pan', 'x1', 'pa') }) },
)

const idOf = (product: number) => `product-${product}` as ProductId

function textsOf(product: number, texts: readonly string[]): IndexedTexts {
  const fields = Object.fromEntries(indexedFields.map((name, place) => [name, texts[place] ?? '']))
  return { id: idOf(product), ...fields } as IndexedTexts
}

/** Scores are sums, whose last digits hang on the order in which words were first met. */
function shown(results: readonly SearchResult[]): readonly string[] {
  return results.map(({ id, score, match }) => `${id} ${score.toPrecision(10)} ${JSON.stringify(Object.entries(match).sort())}`).sort()
}

it(`finds, by whatever steps it was fed, what MiniSearch does that was fed by them (CARTWRIGHT_SEED=${seed})`, () => {
  const limits = fc.record({ gathered: fc.constantFrom(0, 3, 20, 1_000), remembered: fc.constantFrom(1, 3, 1_000) })
  const check = (steps: readonly Step[], limit: { gathered: number; remembered: number }) => {
    const engine = new GatheringEngine(limit)
    const plain = new MiniSearch<IndexedTexts>({ fields: [...indexedFields], tokenize: wordsOf, processTerm: foldWord })
    const search = (words: string) => {
      const options = { prefix: true, fuzzy: 1, combineWith: 'OR', tokenize: wordsOf, processTerm: foldWord } as const
      expect(shown(engine.search(words, options))).toEqual(shown(plain.search(words, options)))
    }
    for (const one of steps) {
      if (one.do === 'search') search(one.text)
      else {
        expect(engine.has(idOf(one.product))).toBe(plain.has(idOf(one.product)))
        if (plain.has(idOf(one.product))) for (const each of [engine, plain]) each.discard(idOf(one.product))
        if (one.do === 'add') for (const each of [engine, plain]) each.add(textsOf(one.product, one.texts))
      }
    }
    search('kettle pan')
  }
  fc.assert(fc.property(fc.array(step, { maxLength: 20 }), limits, check), { seed, numRuns: 300 })
})
