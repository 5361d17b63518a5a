import { transitionTable } from '../transition-table.ts'

/**
 * `held` until paid or expired; `committed` once the order is confirmed; `consumed` once every unit was shipped; `released` and `expired` gave the
 * units back.
 */
export type ReservationStatus = 'held' | 'committed' | 'consumed' | 'released' | 'expired'
export type ReservationEvent = 'commit' | 'release' | 'expire' | 'consume'

export const reservationMachine = transitionTable<ReservationStatus, ReservationEvent>({
  name: 'reservation',
  initial: 'held',
  transitions: {
    held: { commit: 'committed', release: 'released', expire: 'expired' },
    committed: { consume: 'consumed', release: 'released' },
    consumed: {},
    released: {},
    expired: {},
  },
})
