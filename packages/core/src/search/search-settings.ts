import type { Merchandising, ProductGroup, SearchFilter, SynonymUse } from './search-query.ts'
import { foldedWordsOf } from './search-words.ts'

/** How staff arrange the hits of some queries. */
export interface SearchRule {
  /** What staff call it; unique among the rules. */
  readonly name: string
  /** With a text: queries of these words, in this order, whatever their case and accents; in the category alone, if one is given. Without a text: browsing in the category. */
  readonly when: { readonly text?: string; readonly category?: readonly string[] }
  readonly pins: Merchandising['pins']
  readonly boost: ProductGroup
  readonly bury: ProductGroup
}

/** Words and phrases that mean the same to buyers. */
export interface SynonymGroup {
  /** Each finds what the others find; with `alsoFind`, only what that says. */
  readonly words: readonly string[]
  /** What each of the words finds as well, and which does not find them: `phone` also finds `iphone`. */
  readonly alsoFind?: readonly string[]
}

/** What staff have decided about search, as one document. */
export interface SearchSettings {
  /** Grows by one with each change; 0 before the first. */
  readonly version: number
  readonly rules: readonly SearchRule[]
  readonly synonyms: readonly SynonymGroup[]
}

export const noSettings: SearchSettings = { version: 0, rules: [], synonyms: [] }

/** Most pins that a query may have; those of later rules are left out. */
const maxPins = 50

/** Settings made ready to be looked up. */
export interface SearchGuide {
  readonly version: number
  synonymsOf(text: string): readonly SynonymUse[]
  merchandisingOf(text: string, filter: SearchFilter): Merchandising | undefined
}

export function searchGuide({ version, rules, synonyms }: SearchSettings): SearchGuide {
  const uses = synonymUses(synonyms)
  const known = rules.map((rule) => ({ rule, text: rule.when.text === undefined ? '' : joined(rule.when.text) }))
  return {
    version,
    synonymsOf: (text) => {
      const words = ` ${joined(text)} `
      return uses.filter(({ phrase }) => words.includes(` ${phrase.join(' ')} `))
    },
    merchandisingOf: (text, { category }) => {
      const words = joined(text)
      const applies = known.filter(({ rule, text: wanted }) => wanted === words && meets(rule, category)).map(({ rule }) => rule)
      return applies.length === 0 ? undefined : combined(applies)
    },
  }
}

function meets({ when }: SearchRule, category: readonly string[] | undefined): boolean {
  return when.category === undefined || JSON.stringify(when.category) === JSON.stringify(category)
}

/** All rules together; of two pins of one product or one position the first rule's counts. */
function combined(rules: readonly SearchRule[]): Merchandising {
  const pins: Merchandising['pins'][number][] = []
  for (const pin of rules.flatMap((rule) => rule.pins)) {
    if (pins.length < maxPins && pins.every(({ productId, position }) => productId !== pin.productId && position !== pin.position)) pins.push(pin)
  }
  return { pins, boost: together(rules.map(({ boost }) => boost)), bury: together(rules.map(({ bury }) => bury)) }
}

function together(groups: readonly ProductGroup[]): ProductGroup {
  return {
    productIds: groups.flatMap(({ productIds }) => productIds),
    categories: groups.flatMap(({ categories }) => categories),
    attributes: groups.flatMap(({ attributes }) => attributes),
  }
}

/** By phrase, whatever groups it is in. */
function synonymUses(groups: readonly SynonymGroup[]): readonly SynonymUse[] {
  const uses = new Map<string, Set<string>>()
  for (const { words, alsoFind } of groups) {
    const phrases = words.map(joined)
    const found = alsoFind?.map(joined) ?? phrases
    for (const phrase of phrases) {
      const others = uses.get(phrase) ?? new Set()
      for (const other of found) if (other !== phrase && other !== '') others.add(other)
      if (phrase !== '') uses.set(phrase, others)
    }
  }
  return [...uses].map(([phrase, others]) => ({ phrase: phrase.split(' '), alternatives: [...others].map((other) => other.split(' ')) }))
}

function joined(text: string): string {
  return foldedWordsOf(text).join(' ')
}
