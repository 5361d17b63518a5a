import type { Migration } from './ddl.ts'

/** Which reservation holds the units of a cart, and whose carts they are: an owner's row is locked by whoever takes a hold, so that limits are counted one after the other. */
export const cartHolds: Migration = {
  name: '0014_cart_holds',
  up: (t) => [
    `CREATE TABLE cart_holds (
      cart_id ${t.uuid} NOT NULL PRIMARY KEY REFERENCES carts (id),
      owner ${t.text} NOT NULL,
      reservation_id ${t.uuid} NOT NULL CONSTRAINT cart_holds_reservation UNIQUE REFERENCES reservations (id),
      held_since ${t.time} NOT NULL
    ) ${t.keyedTable}`,
    'CREATE INDEX cart_holds_owner ON cart_holds (owner)',
    `CREATE TABLE cart_hold_owners (
      owner ${t.text} NOT NULL PRIMARY KEY,
      asked_at ${t.time} NOT NULL
    ) ${t.keyedTable}`,
  ],
  down: () => ['DROP TABLE cart_hold_owners', 'DROP TABLE cart_holds'],
}
