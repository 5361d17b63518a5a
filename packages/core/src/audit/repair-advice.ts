import type { AuditCheckId } from './audit-store.ts'

/** What people must do about an offender of each check that has no safe mend, or is still there after it. */
export const adviceFor: Readonly<Record<AuditCheckId, string>> = {
  I1: 'Count the goods, then set the level with `inventory.adjust`; orders that cannot be served must be cancelled.',
  I2: 'Mend the orders and reservations first (I5, I14), then repair again; if more is held than is there, cancel orders or adjust the level.',
  I3: 'Count the goods, and adjust the level to what is there: the ledger then says when it was found out.',
  I4: 'Compare the parcels of the SKU with its ledger; adjust the level by what left without an entry.',
  I5: 'Look at the order: ship, cancel or reorder what its reservation does not cover.',
  I6: 'Look at the order and its payments (`cartwright payments show`): take the rest of the money, or cancel it.',
  I7: 'Refund what is above the total of a confirmed order; a refund that is pending for ten days must be asked about at the provider.',
  I8: 'More was refunded than taken: compare with the provider, and claim it back there.',
  I9: 'The snapshot of an order is wrong: compare with what was charged; it cannot be computed anew.',
  I10: 'Look at the orders that use the promotion (`cartwright vouchers show`): cancel what should not be, or end it; a counter that differs was changed behind the shop’s back.',
  I11: 'Compare the entries of the account with its balance, find out who wrote one without the other, and correct it by `adjust`; credit of an order that is over is given back by hand.',
  I12: 'Cancel the order that the buyer did not mean; its money goes back by itself.',
  I13: 'Two records of one thing at the provider: find out which the order goes by, and ask for help.',
  I14: 'Look at the order that the reservation belongs to, and cancel or expire it; what has ended and yet holds units must be looked into.',
  I15: 'The history of an order or payment was altered behind the shop’s back: restore it from a backup, or note what happened.',
  I16: 'Mend what the event’s last problem names, then `cartwright webhooks replay` it.',
  I17: 'Start a worker that has the consumer, or remove the consumer; a step without its event must be told to consumers by hand.',
  I18: 'The buyer may repeat the call with the same key, which finishes it; a key that never wrote anything is deleted when it expires.',
  I19: 'A record lost what it belongs to: restore it from a backup. An addition that was left behind is cancelled by hand.',
  I20: 'Look at the review: reject one without its purchase; a product whose stars differ from its reviews was changed behind the shop’s back.',
  I21: 'An amount or a currency is none: find out who wrote it, and restore it from a backup.',
  I22: 'What differs was put into the inbox: run `cartwright worker --once --jobs inbox,refunds`. What is still there is only on one side: compare by hand.',
  I23: 'The entries were changed behind the shop’s back: set `listed_version` of the product to 0, and run `cartwright worker --once --jobs sweep`.',
}
