import type { StripeList } from './stripe-objects.ts'

interface Listed {
  readonly id: string
}

interface Dated extends Listed {
  /** Seconds since 1970. */
  readonly created: number
}

/** The part of Stripe's list parameters that paging needs. */
export interface ListParams {
  readonly limit: number
  readonly created?: { readonly gte?: number; readonly lte?: number }
  readonly starting_after?: string
  readonly ending_before?: string
}

export type ListRequest<T> = (params: ListParams) => Promise<StripeList<T>>

export interface ForwardPage<T> {
  /** Oldest first. */
  readonly items: readonly T[]
  /** What the next page comes after; null on the last. */
  readonly next: string | null
}

/** The most that Stripe lists at once. */
export const pageSize = 100

/** Everything a list holds, newest first as Stripe lists it, page after page. */
export async function* everything<T extends Listed>(list: ListRequest<T>, created?: ListParams['created']): AsyncGenerator<T> {
  for (let after: string | undefined; ; ) {
    const page = await list({ limit: pageSize, ...(created === undefined ? {} : { created }), ...(after === undefined ? {} : { starting_after: after }) })
    yield* page.data
    after = page.data.at(-1)?.id
    if (!page.has_more || after === undefined) return
  }
}

/**
 * One page of a list from its oldest end, which Stripe lists from its newest. The pages after the first are those before a known object, one request each; only the
 * first must look for the oldest object, by halving the time it can lie in.
 */
export async function pageForward<T extends Dated>(
  list: ListRequest<T>,
  params: { readonly createdFrom?: Date; readonly after?: string; readonly limit: number },
): Promise<ForwardPage<T>> {
  const limit = Math.min(params.limit, pageSize)
  const from = params.createdFrom === undefined ? undefined : Math.ceil(params.createdFrom.getTime() / 1000)
  const since = from === undefined ? {} : { created: { gte: from } }
  if (params.after !== undefined) {
    const page = await list({ limit, ending_before: params.after, ...since })
    const newest = page.data[0]
    return { items: page.data.toReversed(), next: page.has_more && newest !== undefined ? newest.id : null }
  }
  const newest = await list({ limit: pageSize, ...since })
  const oldest = newest.has_more ? await oldestPage(list, from ?? 0, newest.data) : newest.data
  const items = oldest.toReversed().slice(0, limit)
  const last = items.at(-1)
  return { items, next: last !== undefined && (newest.has_more || items.length < oldest.length) ? last.id : null }
}

/** The objects of the oldest times in the list, newest first: a whole page, or all that share the oldest second. */
async function oldestPage<T extends Dated>(list: ListRequest<T>, from: number, seen: readonly T[]): Promise<readonly T[]> {
  let first = from
  let last = seen.at(-1)?.created ?? from
  while (first < last) {
    const middle = Math.floor((first + last) / 2)
    const page = await list({ limit: pageSize, created: { gte: first, lte: middle } })
    const oldest = page.data.at(-1)
    if (oldest === undefined) first = middle + 1
    else if (page.has_more) last = oldest.created
    else return page.data
  }
  const sameSecond: T[] = []
  for await (const item of everything(list, { gte: first, lte: first })) sameSecond.push(item)
  return sameSecond
}
