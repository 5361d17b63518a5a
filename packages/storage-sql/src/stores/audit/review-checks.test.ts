import { describe } from 'vitest'
import { itNames } from '../../../test/plant.ts'
import type { TradingShop } from '../../../test/trading-shop.ts'

const unproved = ({ reviews }: TradingShop) => ({ problem: 'verified without the purchase', reviewId: reviews.verified.id })
const wrongStars = ({ reviews }: TradingShop) => ({ problem: 'stars are not those of the reviews', productId: reviews.verified.productId })
const wrongRating = ({ reviews }: TradingShop) => ({ problem: 'rating of the product is not that of the stars', productId: reviews.verified.productId })

describe('reviews', () => {
  itNames('I20', [
    {
      name: 'a verified purchase of another product',
      sql: ({ delivered, reviews }) => `UPDATE reviews SET order_line_id = '${delivered.order.lines[1]?.id}' WHERE id = '${reviews.verified.id}'`,
      found: unproved,
    },
    {
      name: 'a verified purchase of another customer',
      sql: ({ reviews }) => `UPDATE reviews SET customer_id = 'mallory' WHERE id = '${reviews.verified.id}'`,
      found: unproved,
    },
    {
      name: 'a verified purchase that was never confirmed',
      sql: ({ pending, reviews }) =>
        `UPDATE order_lines SET product_id = '${reviews.verified.productId}' WHERE order_id = '${pending.order.id}';
         UPDATE reviews SET order_line_id = '${pending.order.lines[0]?.id}' WHERE id = '${reviews.verified.id}'`,
      found: unproved,
    },
    {
      name: 'a verified purchase without an order',
      sql: ({ reviews }) => `UPDATE reviews SET order_line_id = '00000000-0000-7000-8000-0000000000aa' WHERE id = '${reviews.verified.id}'`,
      refused: { by: 'FOREIGN KEY', table: 'reviews' },
      found: unproved,
    },
    {
      name: 'two reviews by one customer',
      sql: ({ reviews }) => `UPDATE reviews SET customer_id = 'eve' WHERE id = '${reviews.waiting.id}'`,
      refused: { by: 'UNIQUE constraint failed: reviews.customer_id', table: 'reviews' },
      found: ({ reviews }) => ({ problem: 'reviews by one customer', productId: reviews.plain.productId, counted: 2 }),
    },
    {
      name: 'a star that no review gave',
      sql: ({ reviews }) => `UPDATE product_ratings SET stars_4 = 1 WHERE product_id = '${reviews.plain.productId}'`,
      found: wrongStars,
    },
    {
      name: 'a review that was approved without being counted',
      sql: ({ reviews }) => `UPDATE reviews SET status = 'approved' WHERE id = '${reviews.waiting.id}'`,
      found: wrongStars,
    },
    {
      name: 'a review that was hidden and still counts',
      sql: ({ reviews }) => `UPDATE reviews SET status = 'hidden', reason = 'spam' WHERE id = '${reviews.plain.id}'`,
      found: wrongStars,
    },
    {
      name: 'a rating that is changed and counts as it was, in all as many',
      sql: ({ reviews }) => `UPDATE reviews SET rating = 3 WHERE id = '${reviews.plain.id}'`,
      found: wrongStars,
    },
    {
      name: 'lost stars',
      sql: () => 'DELETE FROM product_ratings',
      found: wrongStars,
    },
    {
      name: 'a count that is not that of the stars',
      sql: () => "UPDATE products SET rating_count = 3 WHERE handle = 'thing'",
      found: (shop) => ({ ...wrongRating(shop), kept: 3, counted: 2 }),
    },
    {
      name: 'an average that is not that of the stars',
      sql: () => "UPDATE products SET rating_average = 3.6 WHERE handle = 'thing'",
      found: wrongRating,
    },
    {
      name: 'a product without the average of its reviews',
      sql: () => "UPDATE products SET rating_average = NULL WHERE handle = 'thing'",
      found: wrongRating,
    },
    {
      name: 'a vote that nobody cast',
      sql: ({ reviews }) => `UPDATE reviews SET helpful_count = 2 WHERE id = '${reviews.verified.id}'`,
      found: ({ reviews }) => ({ problem: 'votes are not those of the voters', reviewId: reviews.verified.id, kept: 2, counted: 1 }),
    },
    {
      name: 'a vote that was turned round and counts as it was',
      sql: () => 'UPDATE review_votes SET helpful = 0',
      found: ({ reviews }) => ({ problem: 'votes are not those of the voters', reviewId: reviews.verified.id }),
    },
  ])
})
