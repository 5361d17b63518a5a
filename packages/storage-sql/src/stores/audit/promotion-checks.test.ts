import { describe } from 'vitest'
import { itNames } from '../../../test/plant.ts'
import { shopper } from '../../../test/promoted-sales.ts'
import type { TradingShop } from '../../../test/trading-shop.ts'

const offends =
  (problem: string, more: (shop: TradingShop) => object = () => ({})) =>
  (shop: TradingShop) => ({
    problem,
    promotionId: shop.promoted.promotion.id,
    ...more(shop),
  })
const ofOrder =
  (pick: 'using' | 'over') =>
  ({ promoted }: TradingShop) => ({ orderId: promoted[pick].id })
const promotionUses = ({ promoted }: TradingShop) => `UPDATE promotions SET used = used + 1 WHERE id = '${promoted.promotion.id}'`
/** All counters in keeping with what was done to the uses, and no limit. */
const countedAs = ({ promoted }: TradingShop, uses: number) =>
  `UPDATE promotions SET used = ${uses}, max_uses = NULL, max_uses_per_customer = NULL WHERE id = '${promoted.promotion.id}';
   UPDATE vouchers SET used = ${uses}, max_uses = NULL; UPDATE promotion_customers SET used = ${uses}`
const codeUses = 'UPDATE vouchers SET used = used + 1'

describe('promotions', () => {
  itNames('I10', [
    {
      name: 'a promotion that is used more often than it may be',
      sql: promotionUses,
      refused: { by: 'promotions_used', table: 'promotions' },
      found: offends('used beyond the limit', () => ({ expected: 1, counted: 2 })),
    },
    {
      name: 'a voucher that is used more often than it may be',
      sql: () => codeUses,
      refused: { by: 'vouchers_used', table: 'vouchers' },
      found: offends('voucher used beyond its limit', ({ promoted }) => ({ voucher: promoted.code, expected: 1, counted: 2 })),
    },
    {
      name: 'a customer who has used a promotion more often than one may',
      sql: () => 'UPDATE promotion_customers SET used = 2',
      found: offends('used beyond the limit of a customer', () => ({ expected: 1, counted: 2 })),
    },
    {
      name: 'a use of a promotion that is not counted',
      sql: ({ promoted }) => `UPDATE promotions SET used = 0 WHERE id = '${promoted.promotion.id}'`,
      found: offends('uses are not those of the orders', () => ({ expected: 1, counted: 0 })),
    },
    {
      name: 'a use of a voucher that is not counted',
      sql: () => 'UPDATE vouchers SET used = 0',
      found: offends('uses of a voucher are not those of the orders', () => ({ expected: 1, counted: 0 })),
    },
    {
      name: 'a use by a customer that is not counted',
      sql: () => `DELETE FROM promotion_customers WHERE customer_key = '${shopper}'`,
      found: offends('uses by a customer are not those of the orders', () => ({ expected: 1, counted: 0 })),
    },
    {
      name: 'a use without its order',
      sql: () => "UPDATE promotion_redemptions SET order_id = '00000000-0000-7000-8000-0000000000aa' WHERE released_at IS NULL",
      refused: { by: 'FOREIGN KEY', table: 'promotion_redemptions' },
      found: offends('used without an order', () => ({ orderId: '00000000-0000-7000-8000-0000000000aa' })),
    },
    {
      name: 'a use that an order which is over has not given back',
      sql: (shop) => `UPDATE promotion_redemptions SET released_at = NULL WHERE order_id = '${shop.promoted.over.id}'; ${countedAs(shop, 2)}`,
      found: offends('used by an order that is over', ofOrder('over')),
    },
    {
      name: 'a use that was given back while the order goes on',
      sql: (shop) => `UPDATE promotion_redemptions SET released_at = redeemed_at WHERE order_id = '${shop.promoted.using.id}'; ${countedAs(shop, 0)}`,
      found: offends('given back by an order that is not over', ofOrder('using')),
    },
    {
      name: 'an order whose use was never recorded',
      sql: ({ delivered }) => `UPDATE orders SET promotions = '[{"code":"X","counted":true}]' WHERE id = '${delivered.order.id}'`,
      found: ({ delivered }) => ({ problem: 'an order whose use is not recorded', orderId: delivered.order.id }),
    },
    {
      name: 'an automatic promotion that quotes do not see',
      sql: () => 'UPDATE promotion_state SET automatic = 0',
      found: () => ({ problem: 'automatic promotions are miscounted', expected: 1, counted: 0 }),
    },
  ])
})
