import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { voucherWords } from './vouchers-show.ts'

interface VouchersEndOptions extends ShopOptions {
  readonly code: string
  /** True for all that leads to the same promotion. */
  readonly promotion?: true
}

/** Ends a code, or its promotion. Orders keep what they have. */
export async function vouchersEnd(output: Output, options: VouchersEndOptions): Promise<number> {
  const { code, promotion = false } = options
  const ended = await withCommerce(options, { create: false }, async ({ promotions, vouchers }) => {
    if (!promotion) return vouchers.end({ actor: staff, code })
    const { promotionId } = await vouchers.get({ actor: staff, code })
    await promotions.end({ actor: staff, promotionId })
    return vouchers.get({ actor: staff, code })
  })
  output.result(ended, () => voucherWords(ended, output))
  return 0
}
