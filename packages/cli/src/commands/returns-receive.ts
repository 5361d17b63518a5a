import { withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { type ReturnOptions, readReturn, returnWords } from './returns-show.ts'
import { type SkuUnits, unitsOf } from './wanted-units.ts'

interface ReturnsReceiveOptions extends ReturnOptions {
  readonly line?: readonly SkuUnits[]
  readonly restock: boolean
}

/** Records that the goods of a return have come: all of them, or those named. */
export async function returnsReceive(output: Output, options: ReturnsReceiveOptions): Promise<number> {
  const { returned: returnId, line, restock } = options
  const whole = await withCommerce(options, { create: false }, async (commerce) => {
    const { order, returned } = await readReturn(commerce, returnId)
    const units = line === undefined ? returned.lines.map(({ orderLineId, quantity }) => ({ orderLineId, quantity })) : unitsOf(order, line)
    await commerce.returns.receive({ actor: staff, returnId, lines: units.map((received) => ({ ...received, restock })) })
    return readReturn(commerce, returnId)
  })
  output.result(whole.returned, () => returnWords(whole, output))
  return 0
}
