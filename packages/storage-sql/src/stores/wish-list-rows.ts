import type { CustomerId, WishList, WishListId, WishListItem, WishListSharing } from '@cartwright/core/ports'
import type { Selectable } from 'kysely'
import type { SqlCodecs, SqlTime } from '../engine/sql-dialect.ts'
import type { Tables } from '../engine/tables.ts'

type ListRow = Omit<Selectable<Tables['wish_lists']>, 'share_token_hash' | 'place'>

/** A list with one of its items, or with none. */
export interface ListItemRow extends ListRow {
  readonly sku: string | null
  readonly note: string | null
  readonly added_at: SqlTime | null
}

/** The list of these rows, one an item; undefined without any. */
export function wishListFromRows(codecs: SqlCodecs, rows: readonly ListItemRow[]): WishList | undefined {
  const [first] = rows
  if (first === undefined) return undefined
  const items = rows.flatMap(({ sku, note, added_at: addedAt }): readonly WishListItem[] =>
    sku === null || addedAt === null ? [] : [{ sku, note, addedAt: codecs.time.decode(addedAt) }],
  )
  return { ...headFromRow(codecs, first), items }
}

export function headFromRow({ time, bool }: SqlCodecs, row: ListRow): Omit<WishList, 'items'> {
  const shared: WishListSharing | null = row.shared_at === null ? null : { since: time.decode(row.shared_at), notes: bool.decode(row.share_notes) }
  return {
    id: row.id as WishListId,
    customerId: row.customer_id as CustomerId,
    name: row.name,
    shared,
    createdAt: time.decode(row.created_at),
    updatedAt: time.decode(row.updated_at),
  }
}
