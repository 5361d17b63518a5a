import type { OwnerFilter } from '../actor.ts'
import type { Page } from '../catalog/catalog-store.ts'
import type { OrderId, ReturnId } from '../ids.ts'
import type { Return, ReturnHistoryEntry } from './return.ts'
import type { ReturnStatus } from './return-machine.ts'

export interface ReturnListQuery {
  /** Of the returns' orders. */
  readonly owner: OwnerFilter
  readonly orderId?: OrderId
  readonly status?: ReturnStatus
  /** 1 to 100. */
  readonly limit: number
  /** The last return of the page before. */
  readonly after?: ReturnId
}

export interface ReturnReader {
  /** The return, if the owner filter lets this caller see its order. */
  find(params: { readonly returnId: ReturnId; readonly owner: OwnerFilter }): Promise<Return | undefined>
  /** By id, newest first; `next` is the id of the page's last return. */
  list(query: ReturnListQuery): Promise<Page<Return>>
  /** Every step, oldest first. */
  history(params: { readonly returnId: ReturnId }): Promise<readonly ReturnHistoryEntry[]>
}

/**
 * Persistence of returns. Which units are in one is kept on the lines of their order, whose constraints refuse a unit that is sent back twice: a return is written
 * together with its order, under the order's lock.
 */
export interface ReturnStore extends ReturnReader {
  /** Writes a new return with its lines and first history entry. */
  insert(params: { readonly returned: Return; readonly history: ReturnHistoryEntry }): Promise<void>
  /**
   * Saves the status, why it was rejected, and the lines' units received and restocked, if the stored version is still `expectedVersion`, together with the history
   * entry of the new version.
   */
  save(params: { readonly returned: Return; readonly expectedVersion: number; readonly history: ReturnHistoryEntry }): Promise<'saved' | 'stale'>
}
