import { codeKey, maxVouchersPerCart } from '../promotions/promotion.ts'
import { addMs } from '../time.ts'
import type { Cart, CartLimits, CartLine } from './cart.ts'
import type { CartRules } from './cart-rules.ts'

/**
 * What becomes of a cart that was filled before its buyer signed in. `sum` adds its units to those of the buyer's own cart; `keep_newer` takes, of a SKU that
 * both have, the line of the cart that was changed last; `replace` takes its lines in place of the others, if it has any.
 */
export type MergeStrategy = 'sum' | 'keep_newer' | 'replace'

/** What did not fit into the cart. */
export type MergeProblem =
  /** Of a SKU only so many units were taken as one line may have. */
  | { readonly type: 'quantity_limited'; readonly sku: string; readonly wanted: number; readonly kept: number }
  /** A SKU was left out, because the cart has as many lines as it may have. */
  | { readonly type: 'line_left_out'; readonly sku: string; readonly quantity: number }

export interface Merged {
  /** The buyer's cart, one version on; the very same object when nothing changes. */
  readonly target: Cart
  /** The guest's cart, empty and closed. */
  readonly source: Cart
  readonly problems: readonly MergeProblem[]
}

/** Moves the lines of a guest's cart, and its vouchers, into the buyer's own. Both are open. */
export function mergeCarts(target: Cart, source: Cart, strategy: MergeStrategy, now: Date, { limits, cartTtlMs }: CartRules): Merged {
  const problems: MergeProblem[] = []
  // Prices of another currency are none that the buyer has seen here.
  const incoming = source.lines.map((line) => (source.currency === target.currency ? line : { ...line, seenUnitMinor: null }))
  const lines = incoming.length === 0 ? target.lines : mergedLines(target, { ...source, lines: incoming }, strategy, limits, problems)
  const { vouchers: incomingCodes = [], ...emptied } = source
  const vouchers = mergedVouchers(target.vouchers ?? [], incomingCodes)
  const held = vouchers.length === 0 ? {} : { vouchers }
  const closed: Cart = { ...emptied, status: 'expired', lines: [], version: source.version + 1, updatedAt: now }
  if (lines === target.lines && vouchers.length === (target.vouchers ?? []).length) return { target, source: closed, problems }
  return { target: { ...target, lines, ...held, version: target.version + 1, expiresAt: addMs(now, cartTtlMs), updatedAt: now }, source: closed, problems }
}

/** The buyer's own come first; what does not fit is left out: it can be given again. */
function mergedVouchers(own: readonly string[], incoming: readonly string[]): readonly string[] {
  const known = new Set(own.map(codeKey))
  return [...own, ...incoming.filter((code) => !known.has(codeKey(code)))].slice(0, Math.max(own.length, maxVouchersPerCart))
}

function mergedLines(target: Cart, source: Cart, strategy: MergeStrategy, limits: CartLimits, problems: MergeProblem[]): readonly CartLine[] {
  if (strategy === 'replace') return source.lines
  const lines = [...target.lines]
  for (const line of source.lines) {
    const place = lines.findIndex(({ sku }) => sku === line.sku)
    const present = lines[place]
    if (present !== undefined) lines[place] = strategy === 'sum' ? sum(present, line, limits, problems) : newer(target, source, present, line)
    else if (lines.length < limits.maxLines) lines.push(line)
    else problems.push({ type: 'line_left_out', sku: line.sku, quantity: line.quantity })
  }
  return lines
}

function sum(present: CartLine, line: CartLine, { maxQuantity }: CartLimits, problems: MergeProblem[]): CartLine {
  const wanted = present.quantity + line.quantity
  const kept = Math.min(wanted, maxQuantity)
  if (kept < wanted) problems.push({ type: 'quantity_limited', sku: line.sku, wanted, kept })
  return { ...present, quantity: kept, seenUnitMinor: present.seenUnitMinor ?? line.seenUnitMinor }
}

function newer(target: Cart, source: Cart, present: CartLine, line: CartLine): CartLine {
  return source.updatedAt > target.updatedAt ? line : present
}
