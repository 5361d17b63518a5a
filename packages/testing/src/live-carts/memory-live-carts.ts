import { type CartCopy, type CartId, type ChangedCart, CommerceError, type LiveCartStore, owns } from '@cartwright/core/ports'

/** A live store of carts in this process, which a test can take down, empty, or set back. */
export interface MemoryLiveCarts extends LiveCartStore {
  /** From now on every verb rejects; `afterwards` only once it has been carried out, as when its answer is lost. */
  fail(how: 'before' | 'afterwards' | 'never'): void
  /** Forgets everything, as FLUSHALL does. */
  lose(): void
  /** Goes back to what it was at the moment of the call, as after a failover to a replica that lagged. @returns what does so */
  remember(): () => void
}

export interface MemoryLiveCartsOptions {
  /** @see LiveCartStore.copyEveryMs @default null */
  readonly copyEveryMs?: number | null
  /** What time it is by the store's own clock, in ms. @default Date.now */
  readonly nowMs?: () => number
}

/**
 * Carts in the memory of this process, in front of the database. For tests: several shops may share one.
 *
 * @example
 * const carts = memoryLiveCarts()
 * const commerce = await createCommerce({ storage, currency: 'USD', carts })
 */
export function memoryLiveCarts({ copyEveryMs = null, nowMs = Date.now }: MemoryLiveCartsOptions = {}): MemoryLiveCarts {
  let copies = new Map<CartId, CartCopy>()
  let waiting = new Map<CartId, Waiting>()
  let changes = 0
  let failure: 'before' | 'afterwards' | 'never' = 'never'

  const refused = () => new CommerceError('STORAGE_UNAVAILABLE', { details: {}, message: 'the live store is down' })
  const step = async <T>(work: () => T): Promise<T> => {
    if (failure === 'before') throw refused()
    const result = work()
    if (failure === 'afterwards') throw refused()
    return result
  }
  const write = ({ cart, custody }: CartCopy) => {
    changes += 1
    copies.set(cart.id, { cart, custody })
    const changedAtMs = nowMs()
    waiting.set(cart.id, { change: changes, changedAtMs, sinceMs: waiting.get(cart.id)?.sinceMs ?? changedAtMs })
  }

  return {
    copyEveryMs,
    find: ({ cartId, owner }) =>
      step(() => {
        const copy = copies.get(cartId)
        return copy !== undefined && owns(owner, copy.cart) ? copy : undefined
      }),
    put: (copy) =>
      step(() => {
        const here = copies.get(copy.cart.id)
        if (here !== undefined && !isLater(copy, here)) return 'there'
        if (here?.custody.term === copy.custody.term && here.cart.version >= copy.cart.version) {
          write({ cart: here.cart, custody: copy.custody })
          return 'there'
        }
        write(copy)
        return 'put'
      }),
    save: ({ copy, expectedVersion }) =>
      step(() => {
        const here = copies.get(copy.cart.id)
        if (here?.cart.version !== expectedVersion || !isSameCustody(copy, here)) return 'stale'
        write(copy)
        return 'saved'
      }),
    freeze: ({ cartId, version }) =>
      step(() => {
        const here = copies.get(cartId)?.cart.version ?? 0
        if (here === version) return 'frozen'
        return here > version ? 'stale' : 'absent'
      }),
    drop: ({ cartId, seen }) =>
      step(() => {
        const here = copies.get(cartId)
        if (seen === undefined || (here?.cart.version === seen.cart.version && isSameCustody(seen, here))) copies.delete(cartId)
      }),
    changed: ({ limit }) =>
      step(() =>
        [...waiting].slice(0, limit).flatMap(([id, { change }]): ChangedCart[] => {
          const copy = copies.get(id)
          if (copy === undefined) waiting.delete(id)
          return copy === undefined ? [] : [{ ...copy, receipt: { id, change } satisfies Receipt }]
        }),
      ),
    copied: ({ receipts }) =>
      step(() => {
        for (const { id, change } of receipts as readonly Receipt[]) {
          const here = waiting.get(id)
          if (here?.change === change) waiting.delete(id)
          else if (here !== undefined) waiting.set(id, { ...here, sinceMs: here.changedAtMs })
        }
      }),
    oldestWaitMs: () => step(() => Math.max(0, ...[...waiting.values()].map(({ sinceMs }) => nowMs() - sinceMs))),
    diagnose: async () => [{ check: 'carts', status: 'ok', message: `${waiting.size} carts wait to be copied`, remedy: null }],
    close: async () => {},
    fail: (how) => {
      failure = how
    },
    lose: () => {
      copies = new Map()
      waiting = new Map()
    },
    remember: () => {
      const then = { copies: new Map(copies), waiting: new Map(waiting) }
      return () => {
        copies = new Map(then.copies)
        waiting = new Map(then.waiting)
      }
    },
  }
}

/** A cart that waits to be copied. */
interface Waiting {
  /** The newest. */
  readonly change: number
  readonly changedAtMs: number
  /** When the first was made that is not copied. */
  readonly sinceMs: number
}

interface Receipt {
  readonly id: CartId
  readonly change: number
}

function isSameCustody(one: CartCopy, other: CartCopy): boolean {
  return one.custody.term === other.custody.term && one.custody.loan === other.custody.loan
}

function isLater({ custody: { term, loan } }: CartCopy, { custody: here }: CartCopy): boolean {
  return term > here.term || (term === here.term && loan > here.loan)
}
