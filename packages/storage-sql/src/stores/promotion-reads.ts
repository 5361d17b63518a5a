import type { OfferedPromotion, Offers, OffersQuery, Page, Promotion, PromotionListQuery, Voucher, VoucherListQuery } from '@cartwright/core/ports'
import { customerKey } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { notACursor, pageOf } from '../engine/page.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'
import { promotionFromRow, type VoucherRow, voucherFromRow } from './promotion-rows.ts'

const automatic = preparedQuery<{ yes: unknown; now: SqlTime }>()((db, param) =>
  db
    .selectFrom('promotions')
    .selectAll()
    .where('status', '=', sql.lit('active'))
    .where(sql<boolean>`automatic = ${param('yes')}`)
    .where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', param('now'))])),
)

const voucherColumns = ['v.code_key', 'v.code', 'v.max_uses as code_max_uses', 'v.used as code_used', 'v.ended_at', 'v.created_at as code_created_at'] as const

const byCodes = preparedQuery<{ keys: unknown }>()((db, param, { inList }) =>
  db
    .selectFrom('vouchers as v')
    .innerJoin('promotions as p', 'p.id', 'v.promotion_id')
    .selectAll('p')
    .select(voucherColumns)
    .where(inList(sql.ref('v.code_key'), sql`${param('keys')}`)),
)

const categoriesOfSkus = preparedQuery<{ skus: unknown }>()((db, param, { inList }) =>
  db
    .selectFrom('variants as v')
    .innerJoin('product_categories as pc', 'pc.product_id', 'v.product_id')
    .innerJoin('categories as c', 'c.id', 'pc.category_id')
    .select(['v.sku', 'c.path'])
    .where(inList(sql.ref('v.sku'), sql`${param('skus')}`)),
)

/** The words of the partial index on the live order of a cart. */
const usedByCart = preparedQuery<{ cartId: string }>()((db, param) =>
  db
    .selectFrom('orders as o')
    .innerJoin('promotion_redemptions as r', 'r.order_id', 'o.id')
    .select(['r.promotion_id', 'r.code_key', 'r.customer_key'])
    .where('o.cart_id', '=', param('cartId'))
    .where(sql<boolean>`o.status NOT IN ('cancelled', 'expired')`)
    .where('r.released_at', 'is', null),
)

const usedByCustomer = preparedQuery<{ key: string }>()((db, param) =>
  db.selectFrom('promotion_customers').select(['promotion_id', 'used']).where('customer_key', '=', param('key')),
)

const orderOfCustomer = preparedQuery<{ customerId: string; cartId: string }>()((db, param) =>
  db
    .selectFrom('orders')
    .select('id')
    .where('customer_id', '=', param('customerId'))
    .where('cart_id', '<>', param('cartId'))
    .where(sql<boolean>`status NOT IN ('cancelled', 'expired')`)
    .limit(1),
)

/** What a quote needs of promotions; every statement of it goes out at once. */
export async function readOffers(session: SqlSession, { cartId, codeKeys, skus, customerId }: OffersQuery): Promise<Offers> {
  const { codecs, dialect } = session
  const key = customerId === null ? null : customerKey({ customerId, email: null })
  const [rows, coded, categories, own, used, ordered] = await Promise.all([
    automatic.all(session, { yes: codecs.bool.encode(true), now: codecs.time.encode(session.now) }),
    codeKeys.length === 0 ? [] : byCodes.all(session, { keys: dialect.encodeList(codeKeys) }),
    categoriesOfSkus.all(session, { skus: dialect.encodeList(skus) }),
    usedByCart.all(session, { cartId }),
    key === null ? [] : usedByCustomer.all(session, { key }),
    customerId === null ? undefined : orderOfCustomer.first(session, { customerId, cartId }),
  ])
  const ownOf = (promotionId: string) => own.filter((row) => row.promotion_id === promotionId)
  const offers: readonly OfferedPromotion[] = [
    ...rows.map((row) => ({ promotion: promotionFromRow(codecs, row), voucher: null })),
    ...coded.map(({ code_key, code, code_max_uses, code_used, ended_at, code_created_at, ...row }) => {
      const voucher: VoucherRow = { code_key, code, promotion_id: row.id, max_uses: code_max_uses, used: code_used, ended_at, created_at: code_created_at }
      const ownCode = own.filter((redemption) => redemption.code_key === code_key).length
      return { promotion: promotionFromRow(codecs, row), voucher: voucherFromRow(codecs, { ...voucher, used: code_used - ownCode }) }
    }),
  ].map(({ promotion, voucher }) => ({ promotion: { ...promotion, used: promotion.used - ownOf(promotion.id).length }, voucher }))
  const paths = Map.groupBy(categories, ({ sku }) => sku)
  return {
    offers,
    categories: new Map([...paths].map(([sku, found]) => [sku, found.map(({ path }) => JSON.parse(path) as string[])])),
    used: new Map(used.map((row) => [row.promotion_id, row.used - ownOf(row.promotion_id).filter((redemption) => redemption.customer_key === key).length])),
    hasOrdered: ordered !== undefined,
  }
}

export async function findVoucher(session: SqlSession, key: string): Promise<{ readonly voucher: Voucher; readonly promotion: Promotion } | undefined> {
  const row = await byCodes.first(session, { keys: session.dialect.encodeList([key]) })
  if (row === undefined) return undefined
  const { code_key, code, code_max_uses, code_used, ended_at, code_created_at, ...promotion } = row
  const voucher = { code_key, code, promotion_id: row.id, max_uses: code_max_uses, used: code_used, ended_at, created_at: code_created_at }
  return { voucher: voucherFromRow(session.codecs, voucher), promotion: promotionFromRow(session.codecs, promotion) }
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export async function listPromotions(session: SqlSession, query: PromotionListQuery): Promise<Page<Promotion>> {
  let select = session.db.selectFrom('promotions').selectAll()
  if (query.status !== undefined) select = select.where('status', '=', query.status)
  if (query.after !== undefined) {
    if (!uuid.test(query.after)) throw notACursor()
    select = select.where('id', '<', query.after)
  }
  const rows = await select
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute()
  const found = rows.map((row) => promotionFromRow(session.codecs, row))
  return pageOf(found, query.limit, ({ id }) => id)
}

export async function listVouchers(session: SqlSession, query: VoucherListQuery): Promise<Page<Voucher>> {
  let select = session.db.selectFrom('vouchers').selectAll().where('promotion_id', '=', query.promotionId)
  if (query.after !== undefined) {
    if (!/^[A-Z0-9_-]{3,40}$/.test(query.after)) throw notACursor()
    select = select.where('code_key', '>', query.after)
  }
  const rows = await select
    .orderBy('code_key')
    .limit(query.limit + 1)
    .execute()
  const { items, next } = pageOf(rows, query.limit, ({ code_key }) => code_key)
  return { items: items.map((row) => voucherFromRow(session.codecs, row)), next }
}
