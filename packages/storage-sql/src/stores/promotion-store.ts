import type { PromotionStore } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { bulkInsert, bulkUpsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'
import { findVoucher, listPromotions, listVouchers, readOffers } from './promotion-reads.ts'
import { handOver, lockPromotions, reclaim, redeem, release } from './promotion-redemptions.ts'
import { type PromotionRow, promotionFromRow, promotionToRow, voucherToRow } from './promotion-rows.ts'

const changing = ['name', 'status', 'terms', 'max_uses', 'max_uses_per_customer', 'starts_at', 'ends_at', 'version', 'updated_at'] as const

const insertPromotion = bulkInsert('promotions', ['id', 'automatic', 'created_at', ...changing])

const onePromotion = preparedQuery<{ id: string }>()((db, param) => db.selectFrom('promotions').selectAll().where('id', '=', param('id')))

const lockedPromotion = preparedQuery<{ id: string }>()((db, param, dialect) =>
  db.selectFrom('promotions').selectAll().where('id', '=', param('id')).modifyEnd(dialect.forUpdate),
)

const savePromotion = preparedQuery<Omit<PromotionRow, 'used'> & { expected_version: number } & Record<string, unknown>>()((db, param) =>
  db
    .updateTable('promotions')
    .set(Object.fromEntries(changing.map((column) => [column, param(column)])))
    .where('id', '=', param('id'))
    .where('version', '=', param('expected_version')),
)

const mostUsed = preparedQuery<{ id: string }>()((db, param) =>
  db
    .selectFrom('promotion_customers')
    .select((eb) => eb.fn.max('used').as('most'))
    .where('promotion_id', '=', param('id')),
)

const touchState = preparedQuery<{ first: number; active: number }>()((db, param) =>
  db
    .insertInto('promotion_state')
    .values({ id: sql.lit(1), revision: sql.lit(1), automatic: param('first') })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({ revision: sql<number>`promotion_state.revision + 1`, automatic: sql<number>`promotion_state.automatic + ${param('active')}` }),
    ),
)

const insertVouchers = bulkUpsert(
  'vouchers',
  ['code_key', 'code', 'promotion_id', 'max_uses', 'used', 'ended_at', 'created_at'],
  'ON CONFLICT (code_key) DO NOTHING',
  'code_key',
)

const endVoucher = preparedQuery<{ key: string; now: SqlTime }>()((db, param) =>
  db
    .updateTable('vouchers')
    .set({ ended_at: param('now') })
    .where('code_key', '=', param('key'))
    .where(sql<boolean>`ended_at IS NULL`),
)

/** Promotions over SQL, in the tables `promotions`, `promotion_state`, `vouchers`, `promotion_customers` and `promotion_redemptions`. */
export function sqlPromotionStore(session: SqlSession): PromotionStore {
  const { codecs } = session
  const now = () => codecs.time.encode(session.now)
  return {
    find: async ({ promotionId }) => {
      const row = await onePromotion.first(session, { id: promotionId })
      return row && promotionFromRow(codecs, row)
    },
    list: (query) => listPromotions(session, query),
    findVoucher: ({ codeKey }) => findVoucher(session, codeKey),
    vouchers: (query) => listVouchers(session, query),
    offers: (query) => readOffers(session, query),
    insert: async (promotion) => {
      await insertPromotion(session, [promotionToRow(codecs, promotion)])
    },
    lock: async ({ promotionId }) => {
      const row = await lockedPromotion.first(session, { id: promotionId })
      return row && promotionFromRow(codecs, row)
    },
    mostUsedByOne: async ({ promotionId }) => Number((await mostUsed.first(session, { id: promotionId }))?.most ?? 0),
    save: async ({ promotion, expectedVersion }) =>
      (await savePromotion.run(session, { ...promotionToRow(codecs, promotion), expected_version: expectedVersion })) === 1 ? 'saved' : 'stale',
    automaticChanged: async ({ active }) => {
      await touchState.run(session, { first: Math.max(0, active), active })
    },
    insertVouchers: async ({ vouchers }) =>
      (await insertVouchers(
        session,
        vouchers.map((voucher) => voucherToRow(codecs, voucher)),
      )) as ReadonlySet<string>,
    endVoucher: async ({ codeKey }) => (await endVoucher.run(session, { key: codeKey, now: now() })) === 1,
    redeem: (params) => redeem(session, params),
    handOver: ({ orderIds, customerKey }) => handOver(session, orderIds, customerKey),
    lockUsed: ({ orderIds }) => lockPromotions(session, orderIds),
    release: ({ orderId }) => release(session, orderId),
    reclaim: ({ orderId }) => reclaim(session, orderId),
  }
}
