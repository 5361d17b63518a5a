import { CommerceError, type OrderView, parseDecimal } from '@cartwright/core'
import { InvalidArgumentError } from 'commander'

/** Units of one SKU, as `--line SKU=QUANTITY` names them. */
export interface SkuUnits {
  readonly sku: string
  readonly quantity: number
}

/** Adds one `--line` to those before it. */
export function addLine(text: string, before: readonly SkuUnits[] = []): readonly SkuUnits[] {
  const [, sku, digits] = /^(.+)=(\d{1,7})$/.exec(text) ?? []
  if (sku === undefined || Number(digits) === 0) throw new InvalidArgumentError('It must be a SKU and how many, such as MUG-1=2.')
  return [...before, { sku, quantity: Number(digits) }]
}

/** The same units by the lines of their order. @throws INVALID_INPUT for a SKU that the order does not have */
export function unitsOf(order: OrderView, lines: readonly SkuUnits[]): readonly { readonly orderLineId: string; readonly quantity: number }[] {
  return lines.map(({ sku, quantity }) => {
    const line = order.lines.find((candidate) => candidate.sku === sku)
    if (line === undefined) throw invalid('line', `Order ${order.number} has no ${sku}; it has ${order.lines.map((sold) => sold.sku).join(', ')}`)
    return { orderLineId: line.id, quantity }
  })
}

/** An amount such as `12.50`, in minor units of the currency. @throws INVALID_INPUT */
export function minorOf({ currency }: Pick<OrderView, 'currency'>, text: string): number {
  const minor = parseDecimal(text, currency)
  if (minor === undefined) throw invalid('amount', `"${text}" is no amount in ${currency}`)
  return minor
}

function invalid(path: string, message: string): CommerceError {
  return new CommerceError('INVALID_INPUT', { message, details: { issues: [{ path, message }] } })
}
