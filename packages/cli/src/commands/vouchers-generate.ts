import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { namedPromotion } from './named-promotion.ts'

interface VouchersGenerateOptions extends ShopOptions {
  /** Id, or one of its codes. */
  readonly promotion: string
  readonly count: number
  readonly prefix?: string
  /** Of each code. */
  readonly uses: number
}

/** Makes many codes and prints them, one a line. */
export async function vouchersGenerate(output: Output, options: VouchersGenerateOptions): Promise<number> {
  const { promotion, count, prefix, uses } = options
  const made = await withCommerce(options, { create: false }, async (commerce) => {
    const promotionId = await namedPromotion(commerce, promotion)
    return commerce.vouchers.generate({ actor: staff, promotionId, count, limit: uses, ...(prefix === undefined ? {} : { prefix }) })
  })
  const codes = made.map(({ code }) => code)
  output.result({ codes }, () => codes.join('\n'))
  return 0
}
