import { invalidRequest } from './stripe-refusal.ts'

export interface Paging {
  readonly limit?: number | undefined
  readonly starting_after?: string | undefined
  readonly ending_before?: string | undefined
}

export interface ListObject<T> {
  readonly object: 'list'
  readonly data: readonly T[]
  readonly has_more: boolean
  readonly url: string
}

/** Which part of a long list is meant, so that it is not walked from end to end for each page. */
interface ListPart<T> {
  /** Only items between these places, the second left out. @default all */
  readonly between?: readonly [from: number, to: number]
  /** Only these items. @default all */
  readonly wanted?: (item: T) => boolean
  /** Where an item of this id lies. @default found by looking */
  readonly placeOf?: (id: string) => number | undefined
}

/** A page, newest first. @param all - oldest first. */
export function pageOf<T extends { readonly id: string }>(all: readonly T[], paging: Paging, url: string, part: ListPart<T> = {}): ListObject<T> {
  const limit = limitOf(paging.limit)
  const { between: [from, to] = [0, all.length], wanted = () => true } = part
  /** Takes one more than the page holds, to tell whether another follows. */
  const take = (start: number, step: 1 | -1): T[] => {
    const taken: T[] = []
    for (let place = start; place >= from && place < to && taken.length <= limit; place += step) {
      const item = all[place] as T
      if (wanted(item)) taken.push(item)
    }
    return taken
  }
  const cursor = (id: string, param: string): number => {
    const place = part.placeOf === undefined ? all.findLastIndex((item) => item.id === id) : (part.placeOf(id) ?? -1)
    const item = place < from || place >= to ? undefined : all[place]
    if (item !== undefined && wanted(item)) return place
    throw invalidRequest(`There is no ${id} in this list.`, { code: 'resource_missing', param })
  }
  if (paging.ending_before !== undefined) {
    const newer = take(cursor(paging.ending_before, 'ending_before') + 1, 1)
    return { object: 'list', data: newer.slice(0, limit).toReversed(), has_more: newer.length > limit, url }
  }
  const start = paging.starting_after === undefined ? to - 1 : cursor(paging.starting_after, 'starting_after') - 1
  const older = take(start, -1)
  return { object: 'list', data: older.slice(0, limit), has_more: older.length > limit, url }
}

/** 10 unless asked otherwise, 100 at most. */
export function limitOf(limit: number | undefined): number {
  if (limit !== undefined && (limit < 1 || limit > 100))
    throw invalidRequest('A limit is from 1 to 100.', { code: 'parameter_invalid_integer', param: 'limit' })
  return limit ?? 10
}

export type Created =
  | number
  | { readonly gt?: number | undefined; readonly gte?: number | undefined; readonly lt?: number | undefined; readonly lte?: number | undefined }

/** Whether something was made at the time, or within the bounds, that a list asks for. */
export function madeWithin(seconds: number, created: Created | undefined): boolean {
  if (created === undefined) return true
  if (typeof created === 'number') return seconds === created
  const { gt = Number.NEGATIVE_INFINITY, gte = gt, lt = Number.POSITIVE_INFINITY, lte = lt } = created
  return seconds > gt && seconds >= gte && seconds < lt && seconds <= lte
}

/** Between which places of a list, ordered by the time of its items, those lie that were made within the bounds. */
export function placesWithin(all: readonly { readonly created: number }[], created: Created | undefined): readonly [from: number, to: number] {
  const { gt = -1, gte = 0, lt = Number.POSITIVE_INFINITY, lte = lt } = typeof created === 'number' ? { gte: created, lte: created } : (created ?? {})
  const from = firstPlace(all, (seconds) => seconds > gt && seconds >= gte)
  return [
    from,
    Math.max(
      from,
      firstPlace(all, (seconds) => seconds >= lt || seconds > lte),
    ),
  ]
}

/** By halves: `holds` is false up to some place, and true from there on. */
function firstPlace(all: readonly { readonly created: number }[], holds: (seconds: number) => boolean): number {
  let [low, high] = [0, all.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds((all[middle] as { readonly created: number }).created)) high = middle
    else low = middle + 1
  }
  return low
}
