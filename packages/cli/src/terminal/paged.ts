import type { Output } from './output.ts'

/** A page of a list, and below it how to go on, if there is more. */
export function paged(shown: string, next: string | null, { paint }: Pick<Output, 'paint'>): string {
  return next === null ? shown : `${shown}\n${paint('cyan', 'next ')} --after ${next}`
}
