import { type Actor, ownerFilter, requireStaff } from '../actor.ts'
import type { Page } from '../catalog/catalog-store.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import { idempotencyScope, runAndAnswer } from '../idempotency/run-idempotent.ts'
import type { OrderId, OrderRefundId, ReturnId } from '../ids.ts'
import { type OrderRefundView, sendQueued, viewRefund } from '../orders/refund-order.ts'
import { parseInput } from '../parse-input.ts'
import type { StorageSnapshot, StorageTransaction } from '../storage/storage.ts'
import { decideReturn, receiveReturn, refundReturn, requestReturn } from './move-return.ts'
import type { Return, ReturnHistoryEntry } from './return.ts'
import {
  type ListReturnsInput,
  listReturnsInput,
  type OfReturnInput,
  ofReturnInput,
  type ReceiveReturnInput,
  type RefundReturnInput,
  type RejectReturnInput,
  type RequestReturnInput,
  receiveReturnInput,
  refundReturnInput,
  rejectReturnInput,
  requestReturnInput,
} from './return-input.ts'

/** A return that was refunded, and how. */
export interface RefundedReturn {
  readonly returned: Return
  readonly refund: OrderRefundView
}

/** Goods that come back: asked for by buyers, decided, received and refunded by staff. Someone else's return and a missing one are both NOT_FOUND. */
export class ReturnService {
  readonly #context: Context
  readonly #sends: boolean

  /** @param options - `sends: false` leaves refunds to the worker: for transactions of the host, in which no provider is asked. */
  constructor(context: Context, { sends = true }: { readonly sends?: boolean } = {}) {
    this.#context = context
    this.#sends = sends
  }

  /**
   * Asks to send units back. The buyer may within `timing.returnWindowMs` of their delivery, or while that is not recorded, of their dispatch; staff may at any
   * time. A unit is in one return at most. With an `idempotencyKey`, repeating the call gives the same return.
   *
   * @throws NOT_FOUND, ORDER_CLOSED, NOT_RETURNABLE for units that were not shipped, are in another return, were refunded, or came too long ago
   */
  async request(params: RequestReturnInput): Promise<Return> {
    const { actor, idempotencyKey, ...rest } = parseInput(requestReturnInput, params)
    const request = { ...rest, orderId: rest.orderId as OrderId }
    const call = { scope: idempotencyScope(actor), operation: 'returns.request', key: idempotencyKey, params: rest }
    return runAndAnswer(
      this.#context,
      call,
      (tx) => requestReturn(this.#context, tx, request, actor),
      (tx, returnId) => findReturn(tx, returnId, actor),
    )
  }

  /** Lets the buyer send the goods. Staff only. @throws NOT_FOUND, FORBIDDEN, ILLEGAL_TRANSITION unless it is requested */
  async approve(params: OfReturnInput): Promise<Return> {
    const { actor, returnId } = parseInput(ofReturnInput, params)
    requireStaff(actor)
    return this.#decide(returnId as ReturnId, { event: 'approve', actor })
  }

  /** Refuses a return, or gives up one whose goods never came; its units are the buyer's. Staff only. @throws NOT_FOUND, FORBIDDEN, ILLEGAL_TRANSITION */
  async reject(params: RejectReturnInput): Promise<Return> {
    const { actor, returnId, reason } = parseInput(rejectReturnInput, params)
    requireStaff(actor)
    return this.#decide(returnId as ReturnId, { event: 'reject', rejection: reason, actor })
  }

  /** Takes a request back, as long as nobody has decided on it. @throws NOT_FOUND, ILLEGAL_TRANSITION */
  async cancel(params: OfReturnInput): Promise<Return> {
    const { actor, returnId } = parseInput(ofReturnInput, params)
    return this.#decide(returnId as ReturnId, { event: 'cancel', actor })
  }

  /**
   * Records which goods of an approved return have come, and puts those that may be sold again back into the stock. Staff only.
   *
   * @param params - `lines`: all units, to be sold again, by default. What is not named has not come, and is the buyer's.
   * @throws NOT_FOUND, FORBIDDEN, ILLEGAL_TRANSITION unless it is approved, NOT_RETURNABLE for more than was announced
   */
  async receive(params: ReceiveReturnInput): Promise<Return> {
    const { actor, idempotencyKey, ...rest } = parseInput(receiveReturnInput, params)
    requireStaff(actor)
    const returnId = rest.returnId as ReturnId
    return runAndAnswer(
      this.#context,
      { scope: idempotencyScope(actor), operation: 'returns.receive', key: idempotencyKey, params: rest },
      async (tx) => {
        await receiveReturn(this.#context, tx, returnId, rest.lines, actor)
        return returnId
      },
      (tx) => findReturn(tx, returnId, actor),
    )
  }

  /**
   * Refunds the goods that have come, which ends the return. Staff only.
   *
   * @param params - by default what the units come to; `deductionMinor` keeps some of it back, `amountMinor` names what to give, nothing at least; `shipping` gives
   * back what was charged for it too; `to` is where it goes, as for `orders.refund`.
   * @throws NOT_FOUND, FORBIDDEN, ILLEGAL_TRANSITION unless it is received, REFUND_TOO_MUCH, ORDER_CLOSED while the order is disputed
   */
  async refund(params: RefundReturnInput): Promise<RefundedReturn> {
    const { actor, idempotencyKey, ...rest } = parseInput(refundReturnInput, params)
    requireStaff(actor)
    const returnId = rest.returnId as ReturnId
    const { amountMinor, deductionMinor, shipping, to, reason = 'returned' } = rest
    const done = await runAndAnswer(
      this.#context,
      { scope: idempotencyScope(actor), operation: 'returns.refund', key: idempotencyKey, params: rest },
      (tx) => refundReturn(this.#context, tx, returnId, { amountMinor, deductionMinor, shipping, to, reason }, actor),
      (tx, refundId) => refunded(tx, returnId, refundId, actor),
    )
    return this.#sends ? { ...done, refund: await sendQueued(this.#context, done.refund) } : done
  }

  /** @throws NOT_FOUND */
  async get(params: OfReturnInput): Promise<Return> {
    const { actor, returnId } = parseInput(ofReturnInput, params)
    return this.#read(actor, (snapshot) => findReturn(snapshot, returnId as ReturnId, actor))
  }

  /** The returns of the actor's orders, newest first, of one order or in one state if asked for; everybody's for staff. */
  async list(params: ListReturnsInput): Promise<Page<Return>> {
    const { actor, orderId, status, limit, after } = parseInput(listReturnsInput, params)
    const query = {
      owner: ownerFilter(actor),
      limit,
      ...(orderId === undefined ? {} : { orderId: orderId as OrderId }),
      ...(status === undefined ? {} : { status }),
      ...(after === undefined ? {} : { after: after as ReturnId }),
    }
    return this.#read(actor, (snapshot) => snapshot.returns.list(query))
  }

  /** Every recorded step, with who took it. Staff only. @throws NOT_FOUND, FORBIDDEN */
  async history(params: OfReturnInput): Promise<readonly ReturnHistoryEntry[]> {
    const { actor, returnId } = parseInput(ofReturnInput, params)
    requireStaff(actor)
    return this.#read(actor, async (snapshot) => {
      const { id } = await findReturn(snapshot, returnId as ReturnId, actor)
      return snapshot.returns.history({ returnId: id })
    })
  }

  #decide(returnId: ReturnId, decision: Parameters<typeof decideReturn>[3]): Promise<Return> {
    return this.#context.storage.transaction(this.#context.clock.now(), async (tx) => {
      await decideReturn(this.#context, tx, returnId, decision)
      return findReturn(tx, returnId, decision.actor)
    })
  }

  #read<T>(actor: Actor, work: (snapshot: StorageSnapshot) => Promise<T>): Promise<T> {
    return this.#context.storage.snapshot(this.#context.clock.now(), work, { reader: ownerFilter(actor) })
  }
}

async function findReturn({ returns }: Pick<StorageSnapshot, 'returns'>, returnId: ReturnId, actor: Actor): Promise<Return> {
  const found = await returns.find({ returnId, owner: ownerFilter(actor) })
  if (found === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'return' } })
  return found
}

async function refunded(tx: StorageTransaction, returnId: ReturnId, refundId: OrderRefundId, actor: Actor): Promise<RefundedReturn> {
  const returned = await findReturn(tx, returnId, actor)
  return { returned, refund: await viewRefund(tx, returned.orderId, refundId) }
}
