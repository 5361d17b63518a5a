import { codeKey, type Promotion, type PromotionId, type PromotionStatus, type Voucher } from '@cartwright/core/ports'
import type { Selectable } from 'kysely'
import type { SqlCodecs } from '../engine/sql-dialect.ts'
import type { Tables } from '../engine/tables.ts'

export type PromotionRow = Selectable<Tables['promotions']>
export type VoucherRow = Selectable<Tables['vouchers']>

/** What is only read whole, kept as one JSON value. */
type Terms = Pick<Promotion, 'effect' | 'items' | 'except' | 'conditions' | 'stacking'>

/** All columns but `used`, which only redemptions change. */
export function promotionToRow({ time, json, bool }: SqlCodecs, promotion: Promotion): Omit<PromotionRow, 'used'> {
  const { effect, items, except, conditions, stacking } = promotion
  return {
    id: promotion.id,
    name: promotion.name,
    automatic: bool.encode(promotion.automatic),
    status: promotion.status,
    terms: json.encode({ effect, items, except, conditions, stacking } satisfies Terms),
    max_uses: promotion.limits.total,
    max_uses_per_customer: promotion.limits.perCustomer,
    starts_at: promotion.startsAt === null ? null : time.encode(promotion.startsAt),
    ends_at: promotion.endsAt === null ? null : time.encode(promotion.endsAt),
    version: promotion.version,
    created_at: time.encode(promotion.createdAt),
    updated_at: time.encode(promotion.updatedAt),
  }
}

export function promotionFromRow({ time, json, bool }: SqlCodecs, row: PromotionRow): Promotion {
  return {
    id: row.id as PromotionId,
    name: row.name,
    automatic: bool.decode(row.automatic),
    status: row.status as PromotionStatus,
    ...json.decode<Terms>(row.terms),
    limits: { total: row.max_uses, perCustomer: row.max_uses_per_customer },
    used: row.used,
    startsAt: row.starts_at === null ? null : time.decode(row.starts_at),
    endsAt: row.ends_at === null ? null : time.decode(row.ends_at),
    version: row.version,
    createdAt: time.decode(row.created_at),
    updatedAt: time.decode(row.updated_at),
  }
}

export function voucherToRow({ time }: SqlCodecs, voucher: Voucher): VoucherRow {
  return {
    code_key: codeKey(voucher.code),
    code: voucher.code,
    promotion_id: voucher.promotionId,
    max_uses: voucher.limit,
    used: voucher.used,
    ended_at: voucher.endedAt === null ? null : time.encode(voucher.endedAt),
    created_at: time.encode(voucher.createdAt),
  }
}

export function voucherFromRow({ time }: SqlCodecs, row: VoucherRow): Voucher {
  return {
    code: row.code,
    promotionId: row.promotion_id as PromotionId,
    limit: row.max_uses,
    used: row.used,
    endedAt: row.ended_at === null ? null : time.decode(row.ended_at),
    createdAt: time.decode(row.created_at),
  }
}
