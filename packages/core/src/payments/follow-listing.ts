import type { Page } from '../catalog/catalog-store.ts'
import type { Context } from '../context.ts'
import type { ListingPosition, ProviderList } from '../inbox/inbox-store.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import { lookUpAtProvider } from './call-provider.ts'
import type { PaymentProvider } from './payment-provider.ts'

const day = 24 * 3_600_000
/** How far back a list is read that never was: as long as Stripe lists an event. */
export const firstLookBackMs = 30 * day
/** What was made in so long before the newest seen is read again: what a provider lists may come into its list late, and not in order. */
const overlapMs = 10 * 60_000
/** A place in a list is gone to by the provider's own word for it while it is no older than this, for a provider forgets; an older one by its time. */
const placeGoodForMs = day
const leaseMs = 60_000
const pageSize = 100
/** Pages in one round; the next one goes on behind them. */
const pagesPerRound = 100

/** One list of a provider, and what is done with what it holds. */
export interface Listing<Item> {
  readonly provider: PaymentProvider
  readonly list: ProviderList
  readonly read: (params: { readonly createdFrom?: Date; readonly after?: string; readonly limit: number; readonly signal: AbortSignal }) => Promise<Page<Item>>
  /**
   * Does what a page asks for. Pages overlap, so doing it twice must be doing it once.
   *
   * @returns how much was new, and when the last item was made that it has taken. `ends` leaves what follows, and the page from there on, to a later round.
   */
  readonly take: (items: readonly Item[]) => Promise<{ readonly done: number; readonly upTo: Date | undefined; readonly ends?: boolean }>
}

/** Who follows it. */
export interface Following {
  /** Told after each page how much of it was new. */
  readonly onNew: (count: number) => void
  /** Once it aborts, no further page is read. */
  readonly stopping?: AbortSignal | undefined
}

/** A place in the list, and when what is just before it was made. */
interface Mark {
  readonly after: string
  readonly upTo: Date
}

/**
 * Reads on in a provider's list from where the last round has come, to its end or for `pagesPerRound`, under a lease, so that no two workers read it at once. How far it
 * has come is kept after every page: a round that is cut off costs one page.
 *
 * @throws PROVIDER_UNAVAILABLE
 */
export async function followListing<Item>(context: Context, listing: Listing<Item>, { onNew, stopping }: Following): Promise<void> {
  const claim = await claimListing(context, listing)
  if (claim === undefined) return
  const { fence, start } = claim
  const marks: Mark[] = start.after === null ? [] : [{ after: start.after, upTo: start.createdFrom }]
  let position = start
  let newest: Date | undefined
  let toEnd = false
  try {
    for (let pages = 0; pages < pagesPerRound && stopping?.aborted !== true; pages += 1) {
      const page = await readPage(context, listing, position)
      const taken = await listing.take(page.items)
      onNew(taken.done)
      newest = taken.upTo ?? newest
      const next = taken.ends === true ? null : page.next
      if (next === null) {
        position = rewound(start, newest, marks)
        toEnd = true
        break
      }
      const upTo = newest ?? start.createdFrom
      marks.push({ after: next, upTo })
      position = { createdFrom: upTo, after: next }
      if ((await keep(context, listing, { fence, position, toEnd, leasedForMs: leaseMs })) === 'lost') return
    }
  } finally {
    await keep(context, listing, { fence, position, toEnd, leasedForMs: null })
  }
}

/** Where the next round begins: by the overlap before the newest seen, at the last known place that lies before that. */
function rewound(start: ListingPosition, newest: Date | undefined, marks: readonly Mark[]): ListingPosition {
  if (newest === undefined) return start
  const createdFrom = addMs(newest, -overlapMs)
  return { createdFrom, after: marks.findLast(({ upTo }) => upTo <= createdFrom)?.after ?? null }
}

async function claimListing(context: Context, { provider, list }: Pick<Listing<never>, 'provider' | 'list'>) {
  return context.storage.transaction(context.clock.now(), async (tx) => {
    const claim = await tx.inbox.claimListing({ provider: provider.name, list, leaseUntil: addMs(tx.now, leaseMs) })
    return claim.outcome === 'busy' ? undefined : { fence: claim.fence, start: beginning(tx, claim.position) }
  })
}

function beginning({ now }: StorageTransaction, position: ListingPosition | null): ListingPosition {
  if (position === null) return { createdFrom: addMs(now, -firstLookBackMs), after: null }
  return addMs(position.createdFrom, placeGoodForMs) > now ? position : { ...position, after: null }
}

function readPage<Item>(context: Context, { provider, read }: Listing<Item>, { createdFrom, after }: ListingPosition): Promise<Page<Item>> {
  return lookUpAtProvider(context, provider, (signal) => read({ limit: pageSize, signal, ...(after === null ? { createdFrom } : { after }) }))
}

interface Progress {
  readonly fence: number
  readonly position: ListingPosition
  /** Nothing of what the list has held by now is left for a later round. */
  readonly toEnd: boolean
  /** Null gives the lease up. */
  readonly leasedForMs: number | null
}

function keep(
  context: Context,
  { provider, list }: Pick<Listing<never>, 'provider' | 'list'>,
  { leasedForMs, ...progress }: Progress,
): Promise<'advanced' | 'lost'> {
  return context.storage.transaction(context.clock.now(), (tx) => {
    const leaseUntil = leasedForMs === null ? null : addMs(tx.now, leasedForMs)
    return tx.inbox.advanceListing({ provider: provider.name, list, ...progress, leaseUntil })
  })
}
