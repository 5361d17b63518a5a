import type { Metadata } from '../books/stripe-objects.ts'

/** Adds keys; an empty value removes its key, an empty text removes all. */
export function changedMetadata(present: Metadata, change: '' | Readonly<Record<string, string>> | undefined): Metadata {
  if (change === undefined) return present
  if (change === '') return {}
  return Object.fromEntries(Object.entries({ ...present, ...change }).filter(([, value]) => value !== ''))
}

/** An empty text unsets; nothing leaves as it is. */
export function cleared(change: string | undefined, present: string | null): string | null {
  if (change === undefined) return present
  return change === '' ? null : change
}
