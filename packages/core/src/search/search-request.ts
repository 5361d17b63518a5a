import { type Currency, minorDigits } from '../money/money.ts'
import type { ParsedSearch } from './search-input.ts'
import type { FacetRequest, PriceRange, SearchFilter, SearchQuery } from './search-query.ts'
import type { SearchGuide } from './search-settings.ts'

type ParsedFacet = ParsedSearch['facets'][number]

/** What an index is asked, of what a caller asked. @param shopCurrency - of prices whose currency is not given. */
export function searchRequest(
  asked: Omit<ParsedSearch, 'client'>,
  { shopCurrency, guide }: { readonly shopCurrency: Currency; readonly guide: SearchGuide },
): SearchQuery {
  const { text, filter, facets, sort, currency = shopCurrency, highlight, didYouMean, limit, offset } = asked
  const requested = requestedFilter(filter)
  const merchandising = guide.merchandisingOf(text, requested)
  return {
    ...{ text, sort, currency, highlight, didYouMean, limit, offset },
    filter: requested,
    synonyms: guide.synonymsOf(text),
    ...(merchandising === undefined ? {} : { merchandising }),
    facets: facets.map((facet) => requestedFacet(facet, currency)),
  }
}

/** Attributes as a list, their values as the text that documents have. */
function requestedFilter({ attributes, ...rest }: ParsedSearch['filter']): SearchFilter {
  const given = Object.entries(attributes ?? {})
  const listed = given.map(([name, value]) => ({ name, values: (Array.isArray(value) ? value : [value]).map(String) }))
  return { ...(rest as SearchFilter), ...(listed.length === 0 ? {} : { attributes: listed }) }
}

function requestedFacet(facet: ParsedFacet, shopCurrency: Currency): FacetRequest {
  if (facet.type !== 'price') return facet as FacetRequest
  const { type, currency = shopCurrency, ranges } = facet
  return { type, currency, ranges: (ranges ?? usualRanges(currency)) as readonly PriceRange[] }
}

/** Where one range ends and the next begins, in whole units of a currency; in hundreds where it has no cents. */
const bounds = [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000]

/** Up to 10, 10 to 20, 20 to 50 and so on, up to 5,000 and more. They touch without overlapping. */
function usualRanges(currency: Currency): readonly PriceRange[] {
  const unit = 10 ** Math.max(2, minorDigits(currency))
  const least = [undefined, ...bounds.map((bound) => bound * unit)]
  return least.map((minMinor, index) => {
    const next = least[index + 1]
    return { ...(minMinor === undefined ? {} : { minMinor }), ...(next === undefined ? {} : { maxMinor: next - 1 }) }
  })
}
