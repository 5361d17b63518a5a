/**
 * One page of a list in which some items stand at positions of their own, counted from 1, and the rest fills what is left, in order. What is pinned beyond the end
 * stands at the end.
 *
 * @param pinned - by position.
 * @param rest - the items of the rest from `max(0, offset − pinned.length)` to `offset + limit`, of `restTotal`.
 */
export function placePins<Item>(params: {
  readonly pinned: readonly { readonly position: number; readonly item: Item }[]
  readonly rest: readonly Item[]
  readonly restTotal: number
  readonly limit: number
  readonly offset: number
}): readonly Item[] {
  const { pinned, rest, restTotal, limit, offset } = params
  const restOffset = Math.max(0, offset - pinned.length)
  const page: Item[] = []
  let nextPin = 0
  let nextRest = 0
  for (let slot = 1; slot <= offset + limit; slot += 1) {
    const pin = pinned[nextPin]
    const exhausted = nextRest >= restTotal
    let item: Item | undefined
    if (pin !== undefined && (pin.position <= slot || exhausted)) {
      item = pin.item
      nextPin += 1
    } else {
      if (exhausted) break
      item = rest[nextRest - restOffset]
      nextRest += 1
    }
    if (slot > offset && item !== undefined) page.push(item)
  }
  return page
}
