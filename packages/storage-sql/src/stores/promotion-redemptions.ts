import type { PromotionId, RedeemParams, RedeemResult } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'

/** Where there is no limit. */
const noLimit = Number.MAX_SAFE_INTEGER

const hasRoom = sql<boolean>`(max_uses IS NULL OR used < max_uses)`

const countPromotion = preparedQuery<{ id: string; version: number }>()((db, param) =>
  db
    .updateTable('promotions')
    .set((eb) => ({ used: eb('used', '+', 1) }))
    .where('id', '=', param('id'))
    .where('version', '=', param('version'))
    .where('status', '=', sql.lit('active'))
    .where(hasRoom),
)

const countCode = preparedQuery<{ key: string; id: string }>()((db, param) =>
  db
    .updateTable('vouchers')
    .set((eb) => ({ used: eb('used', '+', 1) }))
    .where('code_key', '=', param('key'))
    .where('promotion_id', '=', param('id'))
    .where('ended_at', 'is', null)
    .where(hasRoom),
)

const countPromotionAgain = preparedQuery<{ id: string }>()((db, param) =>
  db
    .updateTable('promotions')
    .set((eb) => ({ used: eb('used', '+', 1) }))
    .where('id', '=', param('id'))
    .where(hasRoom),
)

const countCodeAgain = preparedQuery<{ key: string }>()((db, param) =>
  db
    .updateTable('vouchers')
    .set((eb) => ({ used: eb('used', '+', 1) }))
    .where('code_key', '=', param('key'))
    .where(hasRoom),
)

/** The first use makes the row: a concurrent first use waits for it, and is then held against the limit like any other. */
const countCustomer = preparedQuery<{ id: string; key: string; max: number }>()(
  (_db, param) => sql`INSERT INTO promotion_customers (promotion_id, customer_key, used) VALUES (${param('id')}, ${param('key')}, 1)
    ON CONFLICT (promotion_id, customer_key) DO UPDATE SET used = promotion_customers.used + 1 WHERE promotion_customers.used < ${param('max')}`,
)

const uncountPromotion = preparedQuery<{ id: string }>()((db, param) =>
  db
    .updateTable('promotions')
    .set((eb) => ({ used: eb('used', '-', 1) }))
    .where('id', '=', param('id')),
)

const uncountCode = preparedQuery<{ key: string }>()((db, param) =>
  db
    .updateTable('vouchers')
    .set((eb) => ({ used: eb('used', '-', 1) }))
    .where('code_key', '=', param('key')),
)

const uncountCustomer = preparedQuery<{ id: string; key: string }>()((db, param) =>
  db
    .updateTable('promotion_customers')
    .set((eb) => ({ used: eb('used', '-', 1) }))
    .where('promotion_id', '=', param('id'))
    .where('customer_key', '=', param('key')),
)

const insertRedemptions = bulkInsert('promotion_redemptions', ['order_id', 'promotion_id', 'code_key', 'customer_key', 'redeemed_at'])

const stateOfPromotion = preparedQuery<{ id: string }>()((db, param) => db.selectFrom('promotions').select(['version', 'status']).where('id', '=', param('id')))
const endOfCode = preparedQuery<{ key: string }>()((db, param) => db.selectFrom('vouchers').select('ended_at').where('code_key', '=', param('key')))

const otherOrderOfCustomer = preparedQuery<{ customerId: string; orderId: string }>()((db, param) =>
  db
    .selectFrom('orders')
    .select('id')
    .where('customer_id', '=', param('customerId'))
    .where('id', '<>', param('orderId'))
    .where(sql<boolean>`status NOT IN ('cancelled', 'expired')`)
    .limit(1),
)

// The words of the index on guests' addresses of mail.
const otherOrderOfGuest = preparedQuery<{ emailKey: string; orderId: string }>()((db, param) =>
  db
    .selectFrom('orders')
    .select('id')
    .where('customer_id', 'is', null)
    .where(sql<boolean>`lower(email) = ${param('emailKey')}`)
    .where('id', '<>', param('orderId'))
    .where(sql<boolean>`status NOT IN ('cancelled', 'expired')`)
    .limit(1),
)

const releaseRows = preparedQuery<{ orderId: string; now: SqlTime }>()((db, param) =>
  db
    .updateTable('promotion_redemptions')
    .set({ released_at: param('now') })
    .where('order_id', '=', param('orderId'))
    .where('released_at', 'is', null)
    .returning(['promotion_id', 'code_key', 'customer_key']),
)

const lockUsed = preparedQuery<{ orderIds: unknown }>()((db, param, dialect) =>
  db
    .selectFrom('promotions')
    .select('id')
    .where('id', 'in', (used) =>
      used
        .selectFrom('promotion_redemptions')
        .select('promotion_id')
        .where(dialect.inList(sql.ref('order_id'), sql`${param('orderIds')}`))
        .where('released_at', 'is', null),
    )
    .orderBy('id')
    .modifyEnd(dialect.forUpdate),
)

const releasedRows = preparedQuery<{ orderId: string }>()((db, param) =>
  db
    .selectFrom('promotion_redemptions as r')
    .innerJoin('promotions as p', 'p.id', 'r.promotion_id')
    .select(['r.promotion_id', 'r.code_key', 'r.customer_key', 'p.max_uses_per_customer'])
    .where('r.order_id', '=', param('orderId'))
    .where('r.released_at', 'is not', null),
)

const standingRows = preparedQuery<{ orderIds: unknown; key: string }>()((db, param, dialect) =>
  db
    .selectFrom('promotion_redemptions as r')
    .innerJoin('promotions as p', 'p.id', 'r.promotion_id')
    .select(['r.order_id', 'r.promotion_id', 'r.customer_key', 'p.max_uses_per_customer'])
    .where(dialect.inList(sql.ref('r.order_id'), sql`${param('orderIds')}`))
    .where('r.released_at', 'is', null)
    .where((eb) => eb.or([eb('r.customer_key', 'is', null), eb('r.customer_key', '<>', param('key'))]))
    .orderBy('r.promotion_id')
    .orderBy('r.redeemed_at')
    .orderBy('r.order_id'),
)

const rename = preparedQuery<{ orderId: string; id: string; key: string }>()((db, param) =>
  db
    .updateTable('promotion_redemptions')
    .set({ customer_key: param('key') })
    .where('order_id', '=', param('orderId'))
    .where('promotion_id', '=', param('id'))
    .where('released_at', 'is', null),
)

/** What was given back is counted nowhere: should it be counted again, then as theirs. */
const renameReleased = preparedQuery<{ orderIds: unknown; key: string }>()((db, param, dialect) =>
  db
    .updateTable('promotion_redemptions')
    .set({ customer_key: param('key') })
    .where(dialect.inList(sql.ref('order_id'), sql`${param('orderIds')}`))
    .where('released_at', 'is not', null),
)

const takeBack = preparedQuery<{ orderId: string }>()((db, param) =>
  db.updateTable('promotion_redemptions').set({ released_at: null }).where('order_id', '=', param('orderId')),
)

interface Redemption {
  readonly promotion_id: string
  readonly code_key: string | null
  readonly customer_key: string | null
}

/** Locks are taken in one order by everybody: by promotion, then code, then customer. */
function inLockOrder<Row>(rows: readonly Row[], id: (row: Row) => string): readonly Row[] {
  return [...rows].sort((a, b) => (id(a) < id(b) ? -1 : 1))
}

/** Counts and writes down everything in one round trip; what comes after a refusal is undone by the caller's rollback. */
export async function redeem(session: SqlSession, params: RedeemParams): Promise<RedeemResult> {
  const { orderId, customerKey } = params
  const uses = inLockOrder(params.uses, ({ promotionId }) => promotionId)
  const counts = uses.map(({ promotionId: id, version, codeKey, perCustomer, firstOrder }) =>
    Promise.all([
      countPromotion.run(session, { id, version }),
      codeKey === null ? 1 : countCode.run(session, { key: codeKey, id }),
      customerKey === null ? 1 : countCustomer.run(session, { id, key: customerKey, max: perCustomer ?? noLimit }),
      firstOrder ? hasOtherOrder(session, params) : false,
    ]),
  )
  const now = session.codecs.time.encode(session.now)
  const rows = uses.map(({ promotionId, codeKey }) => ({
    order_id: orderId,
    promotion_id: promotionId,
    code_key: codeKey,
    customer_key: customerKey,
    redeemed_at: now,
  }))
  const [counted] = await Promise.all([Promise.all(counts), insertRedemptions(session, rows)])
  for (const [index, [promotion, code, customer, ordered]] of counted.entries()) {
    const use = uses[index]
    if (use === undefined) continue
    const refused = (reason: (RedeemResult & { outcome: 'refused' })['reason']) => ({ outcome: 'refused', promotionId: use.promotionId, reason }) as const
    if (promotion === 0) return refused(await whyPromotion(session, use.promotionId, use.version))
    if (code === 0) return refused((await endOfCode.first(session, { key: use.codeKey ?? '' }))?.ended_at === null ? 'used_up' : 'changed')
    if (ordered) return refused('first_order')
    if (customer === 0) return refused('used_up_by_customer')
  }
  return { outcome: 'redeemed' }
}

async function whyPromotion(session: SqlSession, id: PromotionId, version: number): Promise<'changed' | 'used_up'> {
  const row = await stateOfPromotion.first(session, { id })
  return row?.version === version && row.status === 'active' ? 'used_up' : 'changed'
}

async function hasOtherOrder(session: SqlSession, { orderId, customerId, emailKey }: RedeemParams): Promise<boolean> {
  if (customerId !== null) return (await otherOrderOfCustomer.first(session, { customerId, orderId })) !== undefined
  return emailKey !== null && (await otherOrderOfGuest.first(session, { emailKey, orderId })) !== undefined
}

/** Codes and customers are locked behind their promotion by everybody, so that its lock stands for theirs. */
export async function lockPromotions(session: SqlSession, orderIds: readonly string[]): Promise<void> {
  await lockUsed.all(session, { orderIds: session.dialect.encodeList(orderIds) })
}

export async function release(session: SqlSession, orderId: string): Promise<void> {
  const rows = await releaseRows.all(session, { orderId, now: session.codecs.time.encode(session.now) })
  await Promise.all(inLockOrder(rows, (row) => row.promotion_id).flatMap((row) => uncount(session, row)))
}

function uncount(session: SqlSession, { promotion_id: id, code_key: code, customer_key: key }: Redemption): readonly Promise<unknown>[] {
  return [
    uncountPromotion.run(session, { id }),
    ...(code === null ? [] : [uncountCode.run(session, { key: code })]),
    ...(key === null ? [] : [uncountCustomer.run(session, { id, key })]),
  ]
}

/** One use after the other, each undone when a later one finds no room: the caller's transaction goes on. */
export async function reclaim(session: SqlSession, orderId: string): Promise<boolean> {
  const rows = inLockOrder(await releasedRows.all(session, { orderId }), (row) => row.promotion_id)
  const undo: Redemption[] = []
  for (const row of rows) {
    const { promotion_id: id, code_key: code, customer_key: key, max_uses_per_customer: max } = row
    const counted = await Promise.all([
      countPromotionAgain.run(session, { id }),
      code === null ? 1 : countCodeAgain.run(session, { key: code }),
      key === null ? 1 : countCustomer.run(session, { id, key, max: max ?? noLimit }),
    ])
    if (counted.every((changed) => changed === 1)) {
      undo.push(row)
      continue
    }
    const [promotion, ofCode, ofCustomer] = counted
    if (promotion === 1) await uncountPromotion.run(session, { id })
    if (code !== null && ofCode === 1) await uncountCode.run(session, { key: code })
    if (key !== null && ofCustomer === 1) await uncountCustomer.run(session, { id, key })
    for (const earlier of undo) await Promise.all(uncount(session, earlier))
    return false
  }
  if (rows.length > 0) await takeBack.run(session, { orderId })
  return true
}

/** One use after the other, under the locks of their promotions: each is counted for the customer if the limit lets it, and only then no longer where it was. */
export async function handOver(session: SqlSession, orderIds: readonly string[], key: string): Promise<void> {
  const ids = session.dialect.encodeList(orderIds)
  await lockPromotions(session, orderIds)
  for (const { order_id: orderId, promotion_id: id, customer_key: before, max_uses_per_customer: max } of await standingRows.all(session, {
    orderIds: ids,
    key,
  })) {
    if ((await countCustomer.run(session, { id, key, max: max ?? noLimit })) === 0) continue
    if (before !== null) await uncountCustomer.run(session, { id, key: before })
    await rename.run(session, { orderId, id, key })
  }
  await renameReleased.run(session, { orderIds: ids, key })
}
