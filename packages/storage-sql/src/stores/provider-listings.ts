import type { InboxStore, ListingClaim, ProviderList } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'

const takeLease = preparedQuery<{ provider: string; list: string; now: SqlTime; leaseUntil: SqlTime }>()((db, param) =>
  db
    .updateTable('provider_listings')
    .set({ fence: sql<number>`fence + 1`, lease_until: param('leaseUntil') })
    .where('provider', '=', param('provider'))
    .where('list', '=', param('list'))
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', param('now'))]))
    .returning(['created_from', 'page_after', 'fence']),
)

const insertListing = bulkInsert(
  'provider_listings',
  ['provider', 'list', 'created_from', 'page_after', 'fence', 'lease_until'],
  'ON CONFLICT (provider, list) DO NOTHING',
)

interface PlaceValues extends Record<string, unknown> {
  provider: string
  list: string
  fence: number
  createdFrom: SqlTime
  after: string | null
  /** Null leaves what is there. */
  readToEndAt: SqlTime | null
  leaseUntil: SqlTime | null
}

const movePlace = preparedQuery<PlaceValues>()((db, param) =>
  db
    .updateTable('provider_listings')
    .set({
      created_from: param('createdFrom'),
      page_after: param('after'),
      lease_until: param('leaseUntil'),
      read_to_end_at: sql<SqlTime | null>`COALESCE(${param('readToEndAt')}, read_to_end_at)`,
    })
    .where('provider', '=', param('provider'))
    .where('list', '=', param('list'))
    .where('fence', '=', param('fence')),
)

const allListings = preparedQuery<Record<string, never>>()((db) => db.selectFrom('provider_listings').select(['provider', 'list', 'read_to_end_at']))

/** How far the lists of payment providers have been read, in the table `provider_listings`. */
export function sqlProviderListings(session: SqlSession): Pick<InboxStore, 'claimListing' | 'advanceListing' | 'listings'> {
  const { time } = session.codecs
  const now = time.encode(session.now)
  return {
    claimListing: async ({ provider, list, leaseUntil }): Promise<ListingClaim> => {
      const until = time.encode(leaseUntil)
      const taken = await takeLease.first(session, { provider, list, now, leaseUntil: until })
      if (taken !== undefined) {
        const { created_from: from, page_after: after, fence } = taken
        const position = from === null ? null : { createdFrom: time.decode(from), after }
        return { outcome: 'claimed', position, fence }
      }
      const row = { provider, list, created_from: null, page_after: null, fence: 1, lease_until: until }
      const inserted = await insertListing(session, [row])
      return inserted === 1 ? { outcome: 'claimed', position: null, fence: 1 } : { outcome: 'busy' }
    },
    advanceListing: async ({ provider, list, fence, position, toEnd, leaseUntil }) => {
      const place = {
        createdFrom: time.encode(position.createdFrom),
        after: position.after,
        readToEndAt: toEnd ? now : null,
        leaseUntil: leaseUntil && time.encode(leaseUntil),
      }
      return (await movePlace.run(session, { provider, list, fence, ...place })) === 1 ? 'advanced' : 'lost'
    },
    listings: async () =>
      (await allListings.all(session, {})).map(({ provider, list, read_to_end_at: at }) => ({
        provider,
        list: list as ProviderList,
        readToEndAt: at === null ? null : time.decode(at),
      })),
  }
}
