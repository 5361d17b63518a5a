/** Some addresses: those that are in one of each list that is given. With no list, every address there is. */
export interface Place {
  /** ISO 3166-1 alpha-2, in capitals. */
  readonly countries?: readonly string[] | undefined
  /** States, provinces or counties, under each name or code that addresses may give them; the case of letters does not matter. */
  readonly regions?: readonly string[] | undefined
  /** What the postal code begins with; blanks, hyphens and the case of letters do not matter. */
  readonly postalPrefixes?: readonly string[] | undefined
}

/** What a place is found by. */
export interface Whereabouts {
  readonly country: string
  readonly region?: string | undefined
  readonly postalCode: string
}

/** A postal code as it is compared. */
export function plainCode(text: string): string {
  return text.replace(/[ -]/g, '').toUpperCase()
}

function plainRegion(text: string): string {
  return text.trim().toLowerCase()
}

/**
 * The most specific of the places that an address is in: a longer postal prefix goes before a shorter one or none, then a region before none, then a country
 * before none. Of two that are equally specific, the first.
 *
 * @returns undefined when it is in none of them
 */
export function mostSpecific<Item extends Place>(places: readonly Item[], address: Whereabouts): Item | undefined {
  let best: Item | undefined
  let bestRank = -1
  for (const place of places) {
    const rank = specificity(place, address)
    if (rank <= bestRank) continue
    best = place
    bestRank = rank
  }
  return best
}

/** How specific a place is for an address in it; −1 for one that the address is not in. */
function specificity({ countries, regions, postalPrefixes }: Place, { country, region, postalCode }: Whereabouts): number {
  if (countries !== undefined && !countries.includes(country)) return -1
  if (regions !== undefined && (region === undefined || !regions.some((name) => plainRegion(name) === plainRegion(region)))) return -1
  const broad = (countries === undefined ? 0 : 1) + (regions === undefined ? 0 : 2)
  if (postalPrefixes === undefined) return broad
  const code = plainCode(postalCode)
  const lengths = postalPrefixes
    .map(plainCode)
    .filter((prefix) => code.startsWith(prefix))
    .map(({ length }) => length)
  return lengths.length === 0 ? -1 : broad + 4 * Math.max(...lengths)
}
