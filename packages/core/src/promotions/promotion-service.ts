import { requireStaff } from '../actor.ts'
import type { Page } from '../catalog/catalog-store.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { PromotionId } from '../ids.ts'
import { parseInput } from '../parse-input.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import type { Promotion } from './promotion.ts'
import {
  type CreatePromotionInput,
  createPromotionInput,
  type ListPromotionsInput,
  listPromotionsInput,
  type OfPromotionInput,
  ofPromotionInput,
  type UpdatePromotionInput,
  updatePromotionInput,
} from './promotion-input.ts'
import { announcePromotion, noSuchPromotion, savePromotion } from './promotion-writer.ts'

/**
 * Rules by which carts cost less. Staff only. A change counts from the next quote on: quotes made before become stale, and orders keep what they were placed with.
 */
export class PromotionService {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  /**
   * Makes a promotion.
   *
   * @param params - `automatic`: applies by itself; otherwise by the codes of its vouchers. @default false
   * @throws FORBIDDEN
   */
  async create(params: CreatePromotionInput): Promise<Promotion> {
    const { actor, automatic, ...terms } = parseInput(createPromotionInput, params)
    requireStaff(actor)
    requireWindow(terms)
    const { storage, clock, ids } = this.#context
    return storage.transaction(clock.now(), async (tx) => {
      const id = ids.next<PromotionId>()
      const times = { createdAt: tx.now, updatedAt: tx.now }
      const promotion: Promotion = { id, automatic, status: 'active', ...terms, limits: impliedLimits(terms), used: 0, version: 1, ...times }
      await tx.promotions.insert(promotion)
      if (automatic) await tx.promotions.automaticChanged({ active: 1 })
      await announcePromotion(this.#context, tx, promotion, 'created')
      return promotion
    })
  }

  /**
   * Changes what is given; the rest stays. Parts such as `limits` are given whole. Whether it is automatic stays as it is.
   *
   * @throws FORBIDDEN, NOT_FOUND, PROMOTION_ENDED, PROMOTION_IN_USE for a limit below what is used already, CONFLICT
   */
  async update(params: UpdatePromotionInput): Promise<Promotion> {
    const { actor, promotionId, ...changes } = parseInput(updatePromotionInput, params)
    requireStaff(actor)
    return this.#change(promotionId as PromotionId, async (tx, before) => {
      if (before.status === 'ended') throw new CommerceError('PROMOTION_ENDED', { details: { promotionId: before.id } })
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<Promotion>
      const terms = { ...before, ...given }
      requireWindow(terms)
      const limits = impliedLimits(terms)
      await requireRoom(tx, before, limits)
      return savePromotion(this.#context, tx, before, { ...terms, limits }, 'updated')
    })
  }

  /** Ends a promotion for good, with all its codes. Ending it twice does nothing more. @throws FORBIDDEN, NOT_FOUND, CONFLICT */
  async end(params: OfPromotionInput): Promise<Promotion> {
    const { actor, promotionId } = parseInput(ofPromotionInput, params)
    requireStaff(actor)
    return this.#change(promotionId as PromotionId, (tx, before) =>
      before.status === 'ended' ? Promise.resolve(before) : savePromotion(this.#context, tx, before, { ...before, status: 'ended' }, 'ended'),
    )
  }

  /** @throws FORBIDDEN, NOT_FOUND */
  async get(params: OfPromotionInput): Promise<Promotion> {
    const { actor, promotionId } = parseInput(ofPromotionInput, params)
    requireStaff(actor)
    const { storage, clock } = this.#context
    const found = await storage.snapshot(clock.now(), (snapshot) => snapshot.promotions.find({ promotionId: promotionId as PromotionId }), { fresh: true })
    return found ?? noSuchPromotion()
  }

  /** Newest first. @throws FORBIDDEN */
  async list(params: ListPromotionsInput): Promise<Page<Promotion>> {
    const { actor, status, limit, after } = parseInput(listPromotionsInput, params)
    requireStaff(actor)
    const query = { limit, ...(status === undefined ? {} : { status }), ...(after === undefined ? {} : { after }) }
    return this.#context.storage.snapshot(this.#context.clock.now(), (snapshot) => snapshot.promotions.list(query), { fresh: true })
  }

  async #change(promotionId: PromotionId, work: (tx: StorageTransaction, before: Promotion) => Promise<Promotion>): Promise<Promotion> {
    const { storage, clock } = this.#context
    return storage.transaction(clock.now(), async (tx) => work(tx, (await tx.promotions.lock({ promotionId })) ?? noSuchPromotion()))
  }
}

/** Who has a first order has one of them. */
function impliedLimits({ limits, conditions }: Pick<Promotion, 'limits' | 'conditions'>): Promotion['limits'] {
  return conditions.firstOrder ? { ...limits, perCustomer: 1 } : limits
}

function requireWindow({ startsAt, endsAt }: Pick<Promotion, 'startsAt' | 'endsAt'>): void {
  if (startsAt === null || endsAt === null || startsAt < endsAt) return
  throw new CommerceError('INVALID_INPUT', { details: { issues: [{ path: 'endsAt', message: 'must come after startsAt' }] } })
}

/** What was allowed once stays so: a limit cannot fall below the uses that there are. The caller has the promotion's lock, so that none comes in between. */
async function requireRoom(tx: StorageTransaction, { id, used, limits: before }: Promotion, { total, perCustomer }: Promotion['limits']): Promise<void> {
  if (total !== null && total < used) throw new CommerceError('PROMOTION_IN_USE', { details: { promotionId: id, used } })
  if (perCustomer === null || (before.perCustomer !== null && before.perCustomer <= perCustomer)) return
  const most = await tx.promotions.mostUsedByOne({ promotionId: id })
  if (perCustomer < most) throw new CommerceError('PROMOTION_IN_USE', { details: { promotionId: id, used: most } })
}
