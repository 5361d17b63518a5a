import { expect, test } from 'vitest'
import { runExample } from './run-example.ts'

test('the tutorial does what it says', () => {
  expect(runExample('tutorial', ':memory:')).toEqual([
    'imported 2 products',
    'rejected: product 1, variant 1: prices.0.amountMinor (INVALID_INPUT)',
    'kettles: Gooseneck kettle',
    'best hit: Gooseneck kettle',
    'KETTLE-WHITE: insufficient',
    'eve sees: NOT_FOUND',
    'to pay: 15350 EUR',
    'declined: Your card was declined. Please try another card.',
    'confirmed; repeated: the same order',
    'after parcel 1: partly shipped',
    'after parcel 2: shipped',
    '- We have received your order.',
    '- Your order is confirmed.',
    '- A parcel is on its way. DE0001',
    '- A parcel is on its way. DE0002',
    '- A parcel was delivered. DE0001',
    '- A parcel was delivered. DE0002',
    'white kettles: 5 on hand, 0 reserved',
    'told the warehouse: order.confirmed, order.shipped, order.shipped',
    'violations: 0',
  ])
})

test('refunds and a return', () => {
  expect(runExample('refunds')).toEqual([
    'refundable: 53.00 EUR, of which shipping 5.00 EUR; 4 cups not shipped',
    'refunded: 12.00 EUR, succeeded; 10 on hand, 3 reserved',
    'shipped: 3 cups; 7 on hand, 0 reserved',
    'return refunded: 15.00 EUR; 8 on hand, 0 reserved',
    '- We have received your order.',
    '- Your order is confirmed.',
    '- We have started a refund.',
    '- Your refund is on its way.',
    '- A parcel is on its way.',
    '- You asked to send something back.',
    '- You can send your return.',
    '- Your return has arrived.',
    '- We have started a refund.',
    'violations: 0',
  ])
})

test('an order that is edited, and sent in two parcels', () => {
  expect(runExample('order-edits')).toEqual([
    'would give back 12.00 EUR',
    'gave back 12.00 EUR, goes to Porlock',
    'a pot for 30.00 EUR: confirmed',
    'order and addition: 83.00 EUR',
    '2 and 1 cups: shipped',
    'one parcel has come: shipped; both: delivered',
    'ORDER_CLOSED',
    'violations: 0',
  ])
})
