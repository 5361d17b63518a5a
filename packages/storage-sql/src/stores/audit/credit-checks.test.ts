import { describe } from 'vitest'
import { itNames } from '../../../test/plant.ts'
import type { TradingShop } from '../../../test/trading-shop.ts'

const wrongBalance = ({ credited }: TradingShop) => ({ problem: 'balance is not that of the ledger', id: credited.card.id, ledgerMinor: 75 })
const wrongTaking = ({ credited }: TradingShop) => ({ problem: 'an order keeps other credit than was taken', id: credited.order.id })

describe('gift cards and store credit', () => {
  itNames('I11', [
    {
      name: 'a balance that grew without an entry',
      sql: ({ credited }) => `UPDATE credit_accounts SET balance_minor = balance_minor + 1 WHERE id = '${credited.card.id}'`,
      found: (shop) => ({ ...wrongBalance(shop), balanceMinor: 76 }),
    },
    {
      name: 'a balance without the entries that made it',
      sql: ({ credited }) => `DELETE FROM credit_entries WHERE account_id = '${credited.wallet.id}'`,
      found: ({ credited }) => ({ problem: 'balance is not that of the ledger', id: credited.wallet.id, balanceMinor: 52, ledgerMinor: 0 }),
    },
    {
      name: 'a negative balance',
      sql: ({ credited }) => `UPDATE credit_accounts SET balance_minor = -1 WHERE id = '${credited.card.id}'`,
      refused: { by: 'credit_accounts_balance', table: 'credit_accounts' },
      found: ({ credited }) => ({ problem: 'negative balance', id: credited.card.id, balanceMinor: -1 }),
    },
    {
      name: 'an order whose card was never charged',
      sql: ({ credited }) => `DELETE FROM credit_entries WHERE change = 'redeem';
        UPDATE credit_accounts SET balance_minor = 105 WHERE id = '${credited.card.id}'`,
      found: (shop) => ({ ...wrongTaking(shop), balanceMinor: 23, ledgerMinor: -7 }),
    },
    {
      name: 'an order whose card was charged twice',
      sql: ({
        credited,
        pending,
      }) => `INSERT INTO credit_entries SELECT '${pending.order.id}', account_id, change, amount_minor, order_id, order_refund_id, 'twice', note, actor_type, actor_id, at
        FROM credit_entries WHERE change = 'redeem';
        UPDATE credit_accounts SET balance_minor = 45 WHERE id = '${credited.card.id}'`,
      found: (shop) => ({ ...wrongTaking(shop), balanceMinor: 23, ledgerMinor: 53 }),
    },
    {
      name: 'credit that was given back and is not marked so',
      sql: () => 'UPDATE order_credits SET returned_minor = 0',
      found: wrongTaking,
    },
    {
      name: 'a part of an order that was returned twice',
      sql: () => 'UPDATE order_credits SET returned_minor = 31',
      refused: { by: 'order_credits_returned', table: 'order_credits' },
      found: ({ credited }) => ({ problem: 'a part is returned beyond what it was', id: credited.order.id, balanceMinor: 31, ledgerMinor: 30 }),
    },
    {
      name: 'an order of which credit paid other than its parts',
      sql: ({ credited }) => `UPDATE orders SET credit_minor = 29 WHERE id = '${credited.order.id}'`,
      found: ({ credited }) => ({ problem: 'the parts of an order are not its credit', id: credited.order.id, balanceMinor: 29, ledgerMinor: 30 }),
    },
    {
      name: 'a pending order whose credit was given back',
      sql: ({ credited }) => `UPDATE orders SET status = 'pending', expires_at = 99999999999999 WHERE id = '${credited.order.id}'`,
      found: ({ credited }) => ({ problem: 'a pending order without its credit', id: credited.order.id, balanceMinor: 5, ledgerMinor: 30 }),
    },
  ])

  itNames('I6', [
    {
      name: 'an order that credit and payment do not pay together',
      sql: ({ credited }) => `UPDATE payments SET captured_minor = 6 WHERE id = '${credited.payment.id}'`,
      found: ({ credited }) => ({ orderId: credited.order.id, totalMinor: 37, creditMinor: 30, receivedMinor: 6 }),
    },
    {
      name: 'an order whose payment took what credit has paid too',
      sql: ({ credited }) =>
        `UPDATE payments SET captured_minor = 37 WHERE id = '${credited.payment.id}'; UPDATE orders SET payment_status = 'paid' WHERE id = '${credited.order.id}'`,
      found: ({ credited }) => ({ orderId: credited.order.id, creditMinor: 30, keptMinor: 35 }),
    },
  ])

  itNames('I7', [
    {
      name: 'credit of a cancelled order',
      sql: ({ credited }) => `UPDATE orders SET status = 'cancelled' WHERE id = '${credited.order.id}'`,
      found: ({ credited }) => ({ orderId: credited.order.id, status: 'cancelled', authorisedMinor: 0, keptMinor: 25 }),
    },
    {
      name: 'money beyond what credit leaves',
      sql: ({ credited }) => `UPDATE payments SET captured_minor = 10 WHERE id = '${credited.payment.id}'`,
      found: ({ credited }) => ({ orderId: credited.order.id, status: 'confirmed', keptMinor: 8 }),
    },
  ])

  itNames('I8', [
    {
      name: 'a decision to refund whose credit nobody gave',
      sql: ({ credited }) => `UPDATE credit_entries SET order_refund_id = NULL WHERE order_refund_id = '${credited.refund.id}'`,
      found: ({ credited }) => ({ problem: 'decided and not queued', id: credited.refund.id, refundedMinor: 0, capturedMinor: 5 }),
    },
    {
      name: 'money that became store credit and is not there',
      sql: ({ credited }) => `UPDATE credit_entries SET order_refund_id = NULL WHERE account_id = '${credited.wallet.id}'`,
      found: () => ({ problem: 'decided and not queued', refundedMinor: 0, capturedMinor: 2 }),
    },
  ])

  itNames('I19', [
    {
      name: 'an entry of no account',
      sql: ({ credited }) => `INSERT INTO credit_entries SELECT 'lost', 'none', change, amount_minor, NULL, NULL, reference, note, actor_type, actor_id, at
        FROM credit_entries WHERE account_id = '${credited.wallet.id}' AND change = 'issue'`,
      refused: { by: 'FOREIGN KEY', table: 'credit_entries' },
      found: () => ({ problem: 'credit_entries without credit_accounts', id: 'lost' }),
    },
  ])
})
