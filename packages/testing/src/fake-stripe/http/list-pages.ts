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

/** A page, newest first. @param all - oldest first. */
export function pageOf<T extends { readonly id: string }>(all: readonly T[], paging: Paging, url: string): ListObject<T> {
  const limit = limitOf(paging.limit)
  const newest = all.toReversed()
  if (paging.ending_before !== undefined) {
    const end = placeOf(newest, paging.ending_before, 'ending_before')
    const start = Math.max(0, end - limit)
    return { object: 'list', data: newest.slice(start, end), has_more: start > 0, url }
  }
  const start = paging.starting_after === undefined ? 0 : placeOf(newest, paging.starting_after, 'starting_after') + 1
  return { object: 'list', data: newest.slice(start, start + limit), has_more: start + limit < newest.length, url }
}

/** 10 unless asked otherwise, 100 at most. */
export function limitOf(limit: number | undefined): number {
  if (limit !== undefined && (limit < 1 || limit > 100))
    throw invalidRequest('A limit is from 1 to 100.', { code: 'parameter_invalid_integer', param: 'limit' })
  return limit ?? 10
}

function placeOf(items: readonly { readonly id: string }[], id: string, param: string): number {
  const place = items.findIndex((item) => item.id === id)
  if (place < 0) throw invalidRequest(`There is no ${id} in this list.`, { code: 'resource_missing', param })
  return place
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
