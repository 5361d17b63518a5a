import type { ActorRecord } from '../actor.ts'
import type { EventId, OrderId, OrderLineId, ReturnId } from '../ids.ts'
import type { ReturnStatus } from './return-machine.ts'

/** Why something is sent back. */
export const returnReasons = ['damaged', 'defective', 'wrong_item', 'not_as_described', 'does_not_fit', 'changed_mind', 'arrived_late', 'other'] as const
export type ReturnReason = (typeof returnReasons)[number]

/** Units of one line that are sent back. */
export interface ReturnLine {
  readonly orderLineId: OrderLineId
  readonly quantity: number
  readonly reason: ReturnReason
  /** The buyer's own words. */
  readonly note: string | null
  /** Units that have come; 0 until the return is received. */
  readonly receivedQuantity: number
  /** Those of them that were put back on the shelf. */
  readonly restockedQuantity: number
}

/** Goods on their way back, from the wish to the money. */
export interface Return {
  readonly id: ReturnId
  readonly orderId: OrderId
  readonly status: ReturnStatus
  readonly lines: readonly ReturnLine[]
  /** Why staff rejected it; null unless they have. */
  readonly rejection: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Grows by one with each change; its history has one row per version. */
  readonly version: number
}

export interface ReturnHistoryEntry {
  readonly returnId: ReturnId
  readonly version: number
  readonly status: ReturnStatus
  readonly eventId: EventId
  readonly actor: ActorRecord
  readonly at: Date
}
