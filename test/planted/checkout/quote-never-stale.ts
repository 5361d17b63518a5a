import type { Quote, Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

const never = new Date('9999-12-31T00:00:00Z')

/** Takes a quote of any age: shipping and tax of last month are charged today. */
export function quoteNeverStale(storage: Storage): Storage {
  const fresh = (quote: Quote | undefined) => (quote === undefined ? undefined : { ...quote, expiresAt: never })
  return withFault(
    storage,
    (tx) => tx,
    (snapshot) => {
      const quotes = overlay(snapshot.quotes, {
        find: async (params) => fresh(await snapshot.quotes.find(params)),
        latest: async (params) => fresh(await snapshot.quotes.latest(params)),
      })
      return overlay(snapshot, { quotes })
    },
  )
}
