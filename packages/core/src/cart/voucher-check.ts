import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import { codeKey } from '../promotions/promotion.ts'
import { whyNotGood } from '../promotions/promotion-rules.ts'

/**
 * Looks whether a code is good at this moment, whatever is in the cart.
 *
 * @returns the code as the shop writes it
 * @throws VOUCHER_UNKNOWN, VOUCHER_REFUSED
 */
export async function checkVoucher({ storage, clock }: Context, code: string): Promise<string> {
  return storage.snapshot(
    clock.now(),
    async (snapshot) => {
      const found = await snapshot.promotions.findVoucher({ codeKey: codeKey(code) })
      if (found === undefined) throw new CommerceError('VOUCHER_UNKNOWN', { details: {} })
      const reason = whyNotGood(found, snapshot.now)
      if (reason !== undefined) throw new CommerceError('VOUCHER_REFUSED', { details: { code: found.voucher.code, reason } })
      return found.voucher.code
    },
    { fresh: true },
  )
}
