import type { Decline, ProviderChange } from '@cartwright/core/ports'

/** A change that was not made, with the object as it is where there is one. */
export function rejected<T>(decline: Decline, value: T | null = null): ProviderChange<T> {
  return { outcome: 'rejected', decline, value }
}
