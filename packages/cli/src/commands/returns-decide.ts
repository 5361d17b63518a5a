import { withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { type ReturnOptions, readReturn, returnWords } from './returns-show.ts'

/** Approves a return, or rejects it for a reason. */
export async function returnsDecide(output: Output, options: ReturnOptions & { readonly reason?: string }): Promise<number> {
  const { returned: returnId, reason } = options
  const whole = await withCommerce(options, { create: false }, async (commerce) => {
    if (reason === undefined) await commerce.returns.approve({ actor: staff, returnId })
    else await commerce.returns.reject({ actor: staff, returnId, reason })
    return readReturn(commerce, returnId)
  })
  output.result(whole.returned, () => returnWords(whole, output))
  return 0
}
