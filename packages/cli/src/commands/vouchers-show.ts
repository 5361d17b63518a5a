import type { AmountByCurrency, ItemFilter, Promotion, PromotionEffect, VoucherView } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { amount, counted, moment } from '../terminal/words.ts'

interface VouchersShowOptions extends ShopOptions {
  readonly code: string
}

/** Shows a code and what it leads to. */
export async function vouchersShow(output: Output, options: VouchersShowOptions): Promise<number> {
  const { code } = options
  const voucher = await withCommerce(options, { create: false }, ({ vouchers }) => vouchers.get({ actor: staff, code }))
  output.result(voucher, () => voucherWords(voucher, output))
  return 0
}

/** A code with its promotion. */
export function voucherWords({ code, limit, used, endedAt, promotion }: VoucherView, { paint }: Output): string {
  const { conditions, stacking, limits, startsAt, endsAt, items, except } = promotion
  const { minimumSubtotal, minimumQuantity, groups, firstOrder } = conditions
  const ended = endedAt ?? (promotion.status === 'ended' ? promotion.updatedAt : null)
  const facts = [
    `${paint('bold', code)}  ${promotion.name}: ${effectWords(promotion.effect)}`,
    ended === null ? `used ${usesWords(used, limit)}` : paint('red', `ended ${moment(ended)}`),
    limits.total === null ? '' : `all codes of it: used ${usesWords(promotion.used, limits.total)}`,
    limits.perCustomer === null ? '' : `${counted(limits.perCustomer, 'order')} of a customer`,
    items === null ? '' : `only off ${itemWords(items)}`,
    except === null ? '' : `not off ${itemWords(except)}`,
    minimumSubtotal === null ? '' : `from ${amountsWords(minimumSubtotal)} on`,
    minimumQuantity === null ? '' : `from ${counted(minimumQuantity, 'unit')} on`,
    groups === null ? '' : `only for ${groups.join(', ')}`,
    firstOrder ? 'only for a first order' : '',
    stacking.exclusive ? 'applies alone' : '',
    startsAt === null ? '' : `from ${moment(startsAt)}`,
    endsAt === null ? '' : `until ${moment(endsAt)}`,
    paint('dim', promotion.id),
  ]
  return facts.filter((fact) => fact !== '').join('\n')
}

export function usesWords(used: number, limit: number | null): string {
  return limit === null ? counted(used, 'time') : `${used} of ${counted(limit, 'time')}`
}

/** What a promotion takes off, in a few words. */
export function effectWords(effect: Promotion['effect']): string {
  switch (effect.type) {
    case 'percentage':
      return `${shareWords(effect)} off`
    case 'fixed':
      return `${amountsWords(effect.amounts)} off${effect.per === 'unit' ? ' each unit' : ''}`
    case 'free_shipping':
      return effect.basisPoints === 10_000 ? 'free shipping' : `${shareWords(effect)} off the shipping`
    case 'buy_get':
      return `buy ${effect.buy}, get ${effect.get} ${effect.basisPoints === 10_000 ? 'free' : `at ${shareWords(effect)} off`}`
    case 'quantity_tiers':
      return effect.tiers.map((tier) => `${shareWords(tier)} off from ${counted(tier.from, 'unit')}`).join(', ')
    case 'subtotal_tiers':
      return effect.tiers.map((tier) => `${shareWords(tier)} off from ${amountsWords(tier.from)}`).join(', ')
  }
}

function shareWords({ basisPoints }: Extract<PromotionEffect, { basisPoints: number }> | { readonly basisPoints: number }): string {
  return `${basisPoints / 100}%`
}

function amountsWords(amounts: AmountByCurrency): string {
  return Object.entries(amounts)
    .map(([currency, amountMinor]) => amount(amountMinor, currency))
    .join(' / ')
}

function itemWords({ skus = [], productIds = [], categories = [] }: ItemFilter): string {
  return [...skus, ...productIds, ...categories.map((path) => path.join('/'))].join(', ')
}
