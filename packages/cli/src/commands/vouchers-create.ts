import { type Commerce, CommerceError, type CreatePromotionInput } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { voucherWords } from './vouchers-show.ts'
import { minorOf } from './wanted-units.ts'

interface VouchersCreateOptions extends ShopOptions {
  readonly code: string
  /** Id of a promotion; the other options are for a new one. */
  readonly promotion?: string
  /** Basis points. */
  readonly percent?: number
  readonly amount?: string
  readonly freeShipping?: true
  readonly name?: string
  readonly sku?: readonly string[]
  /** Paths with a slash between names. */
  readonly category?: readonly string[]
  readonly minimum?: string
  readonly group?: readonly string[]
  readonly firstOrder?: true
  readonly from?: Date
  readonly until?: Date
  readonly uses?: number
  readonly perCustomer?: number
  readonly exclusive?: true
}

/** Makes a code, and its promotion unless there is one. */
export async function vouchersCreate(output: Output, options: VouchersCreateOptions): Promise<number> {
  const { code } = options
  const made = await withCommerce(options, { create: false }, async (commerce, { currency }) => {
    const promotionId = options.promotion ?? (await newPromotion(commerce, options, currency))
    await commerce.vouchers.create({ actor: staff, promotionId, code })
    return commerce.vouchers.get({ actor: staff, code })
  })
  output.result(made, () => voucherWords(made, output))
  return 0
}

async function newPromotion({ promotions, vouchers }: Commerce, options: VouchersCreateOptions, currency: string): Promise<string> {
  const { code, name = code, sku, category, minimum, group, firstOrder = false, from = null, until = null, uses = null, perCustomer = null } = options
  // Looked at first: a code that is taken would leave a promotion without one.
  const taken = await vouchers.get({ actor: staff, code }).catch(() => undefined)
  if (taken !== undefined) throw new CommerceError('VOUCHER_TAKEN', { details: { code } })
  const items = { ...(sku === undefined ? {} : { skus: [...sku] }), ...(category === undefined ? {} : { categories: category.map((path) => path.split('/')) }) }
  const input: CreatePromotionInput = {
    actor: staff,
    name,
    effect: effectOf(options, currency),
    items: Object.keys(items).length === 0 ? null : items,
    conditions: {
      minimumSubtotal: minimum === undefined ? null : { [currency]: minorOf({ currency }, minimum) },
      groups: group === undefined ? null : [...group],
      firstOrder,
    },
    stacking: { exclusive: options.exclusive ?? false },
    limits: { total: uses, perCustomer },
    startsAt: from,
    endsAt: until,
  }
  return (await promotions.create(input)).id
}

function effectOf({ percent, amount, freeShipping }: VouchersCreateOptions, currency: string): CreatePromotionInput['effect'] {
  if (percent !== undefined) return { type: 'percentage', basisPoints: percent }
  if (amount !== undefined) return { type: 'fixed', amounts: { [currency]: minorOf({ currency }, amount) }, per: 'order' }
  if (freeShipping) return { type: 'free_shipping' }
  const message = 'Say what it takes off: --percent, --amount or --free-shipping; or name a promotion with --promotion.'
  throw new CommerceError('INVALID_INPUT', { details: { issues: [{ path: 'effect', message }] }, message })
}
