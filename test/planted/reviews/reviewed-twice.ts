const withoutIndex = 'DROP INDEX IF EXISTS reviews_one_per_customer'

/** Only the service looks whether a customer has reviewed a product; the database takes as many reviews as come. */
export const reviewedTwice = { sqlite: withoutIndex, postgres: withoutIndex }
