import type {
  ActorRecord,
  CreditAccount,
  CreditAccountId,
  CreditChange,
  CreditEntry,
  CreditEntryId,
  CreditKind,
  CreditStatus,
  CustomerId,
  OrderCredit,
  OrderId,
  OrderRefundId,
} from '@cartwright/core/ports'
import type { Insertable, Selectable } from 'kysely'
import type { SqlCodecs } from '../engine/sql-dialect.ts'
import type { Tables } from '../engine/tables.ts'

export type CreditAccountRow = Selectable<Tables['credit_accounts']>
export type CreditEntryRow = Selectable<Tables['credit_entries']>

export function accountToRow({ time }: SqlCodecs, account: CreditAccount): Insertable<Tables['credit_accounts']> {
  return {
    id: account.id,
    kind: account.kind,
    status: account.status,
    customer_id: account.customerId,
    code_hash: account.codeHash,
    last_four: account.lastFour,
    currency: account.currency,
    balance_minor: account.balanceMinor,
    expires_at: account.expiresAt === null ? null : time.encode(account.expiresAt),
    note: account.note,
    created_at: time.encode(account.createdAt),
    updated_at: time.encode(account.updatedAt),
    version: account.version,
  }
}

export function accountFromRow({ time }: SqlCodecs, row: CreditAccountRow): CreditAccount {
  return {
    id: row.id as CreditAccountId,
    kind: row.kind as CreditKind,
    status: row.status as CreditStatus,
    customerId: row.customer_id as CustomerId | null,
    codeHash: row.code_hash,
    lastFour: row.last_four,
    currency: row.currency,
    balanceMinor: row.balance_minor,
    expiresAt: row.expires_at === null ? null : time.decode(row.expires_at),
    note: row.note,
    createdAt: time.decode(row.created_at),
    updatedAt: time.decode(row.updated_at),
    version: row.version,
  }
}

export function entryToRow({ time }: SqlCodecs, entry: CreditEntry): Insertable<Tables['credit_entries']> {
  return {
    id: entry.id,
    account_id: entry.accountId,
    change: entry.change,
    amount_minor: entry.amountMinor,
    order_id: entry.orderId,
    order_refund_id: entry.orderRefundId,
    reference: entry.reference,
    note: entry.note,
    actor_type: entry.actor.type,
    actor_id: entry.actor.id,
    at: time.encode(entry.at),
  }
}

export function entryFromRow({ time }: SqlCodecs, row: CreditEntryRow): CreditEntry {
  return {
    id: row.id as CreditEntryId,
    accountId: row.account_id as CreditAccountId,
    change: row.change as CreditChange,
    amountMinor: row.amount_minor,
    orderId: row.order_id as OrderId | null,
    orderRefundId: row.order_refund_id as OrderRefundId | null,
    reference: row.reference,
    note: row.note,
    actor: { type: row.actor_type as ActorRecord['type'], id: row.actor_id },
    at: time.decode(row.at),
  }
}

export function orderCreditFromRow(row: Selectable<Tables['order_credits']> & Pick<CreditAccountRow, 'kind' | 'last_four'>): OrderCredit {
  return {
    orderId: row.order_id as OrderId,
    accountId: row.account_id as CreditAccountId,
    kind: row.kind as CreditKind,
    lastFour: row.last_four,
    position: row.position,
    amountMinor: row.amount_minor,
    returnedMinor: row.returned_minor,
  }
}
