import { requireStaff } from '../actor.ts'
import type { Page } from '../catalog/catalog-store.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { PromotionId } from '../ids.ts'
import { parseInput } from '../parse-input.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { codeKey, type Promotion, type Voucher } from './promotion.ts'
import {
  type CreateVoucherInput,
  createVoucherInput,
  type GenerateVouchersInput,
  generateVouchersInput,
  type ListVouchersInput,
  listVouchersInput,
  type OfVoucherInput,
  ofVoucherInput,
} from './promotion-input.ts'
import { announcePromotion, noSuchPromotion } from './promotion-writer.ts'
import { randomCode } from './random-code.ts'

/** A voucher with what it leads to. */
export interface VoucherView extends Voucher {
  readonly promotion: Promotion
}

/** The codes by which buyers have promotions. Staff only; buyers put them into their cart with `carts.applyVoucher`. */
export class VoucherService {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  /**
   * Gives a promotion a code.
   *
   * @param params - `limit`: how often the code may be used, beside the limits of its promotion. @default null, no limit of its own
   * @throws FORBIDDEN, NOT_FOUND, VOUCHER_TAKEN when the code is another voucher's, whatever its capitals; PROMOTION_ENDED, PROMOTION_AUTOMATIC
   */
  async create(params: CreateVoucherInput): Promise<Voucher> {
    const { actor, promotionId, code, limit } = parseInput(createVoucherInput, params)
    requireStaff(actor)
    return this.#adding(promotionId, async (tx, promotion) => {
      const voucher = newVoucher(promotion, code, limit, tx.now)
      const written = await tx.promotions.insertVouchers({ vouchers: [voucher] })
      if (written.size === 0) throw new CommerceError('VOUCHER_TAKEN', { details: { code } })
      return voucher
    })
  }

  /**
   * Makes many codes of a promotion that cannot be guessed: 60 random bits each.
   *
   * @param params - `count` up to 10,000; `prefix` stands before each, e.g. `SPRING`; `limit` is of each code. @default limit 1: each may be used once
   * @returns all of them; they can be read again with `list`
   * @throws FORBIDDEN, NOT_FOUND, PROMOTION_ENDED, PROMOTION_AUTOMATIC
   */
  async generate(params: GenerateVouchersInput): Promise<readonly Voucher[]> {
    const { actor, promotionId, count, prefix, limit } = parseInput(generateVouchersInput, params)
    requireStaff(actor)
    return this.#adding(promotionId, async (tx, promotion) => {
      const made: Voucher[] = []
      // One that was there already is drawn anew: once in 2^60 draws and codes.
      while (made.length < count) {
        const vouchers = Array.from({ length: count - made.length }, () => newVoucher(promotion, randomCode(this.#context.random, prefix), limit, tx.now))
        const written = await tx.promotions.insertVouchers({ vouchers })
        made.push(...vouchers.filter(({ code }) => written.has(codeKey(code))))
      }
      return made
    })
  }

  /** The codes of a promotion, in the order of the alphabet. @throws FORBIDDEN */
  async list(params: ListVouchersInput): Promise<Page<Voucher>> {
    const { actor, promotionId, limit, after } = parseInput(listVouchersInput, params)
    requireStaff(actor)
    const query = { promotionId: promotionId as PromotionId, limit, ...(after === undefined ? {} : { after }) }
    return this.#context.storage.snapshot(this.#context.clock.now(), (snapshot) => snapshot.promotions.vouchers(query), { fresh: true })
  }

  /** A code, whatever its capitals, with its promotion. @throws FORBIDDEN, NOT_FOUND */
  async get(params: OfVoucherInput): Promise<VoucherView> {
    const { actor, code } = parseInput(ofVoucherInput, params)
    requireStaff(actor)
    const { storage, clock } = this.#context
    const found = await storage.snapshot(clock.now(), (snapshot) => snapshot.promotions.findVoucher({ codeKey: codeKey(code) }), { fresh: true })
    if (found === undefined) throw noSuchVoucher()
    return { ...found.voucher, promotion: found.promotion }
  }

  /** Ends a code for good; orders that use it keep what they have. Ending it twice does nothing more. @throws FORBIDDEN, NOT_FOUND */
  async end(params: OfVoucherInput): Promise<VoucherView> {
    const { actor, code } = parseInput(ofVoucherInput, params)
    requireStaff(actor)
    const { storage, clock } = this.#context
    return storage.transaction(clock.now(), async (tx) => {
      const ended = await tx.promotions.endVoucher({ codeKey: codeKey(code) })
      const found = await tx.promotions.findVoucher({ codeKey: codeKey(code) })
      if (found === undefined) throw noSuchVoucher()
      if (ended) await announcePromotion(this.#context, tx, found.promotion, 'voucher_ended')
      return { ...found.voucher, promotion: found.promotion }
    })
  }

  /** Under the promotion's lock, so that it does not end meanwhile. */
  async #adding<T>(promotionId: string, work: (tx: StorageTransaction, promotion: Promotion) => Promise<T>): Promise<T> {
    const { storage, clock } = this.#context
    return storage.transaction(clock.now(), async (tx) => {
      const promotion = (await tx.promotions.lock({ promotionId: promotionId as PromotionId })) ?? noSuchPromotion()
      if (promotion.status === 'ended') throw new CommerceError('PROMOTION_ENDED', { details: { promotionId: promotion.id } })
      if (promotion.automatic) throw new CommerceError('PROMOTION_AUTOMATIC', { details: { promotionId: promotion.id } })
      const result = await work(tx, promotion)
      await announcePromotion(this.#context, tx, promotion, 'vouchers_added')
      return result
    })
  }
}

function newVoucher({ id }: Promotion, code: string, limit: number | null, now: Date): Voucher {
  return { code, promotionId: id, limit, used: 0, endedAt: null, createdAt: now }
}

function noSuchVoucher(): CommerceError {
  return new CommerceError('NOT_FOUND', { details: { object: 'voucher' } })
}
