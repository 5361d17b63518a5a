import { CommerceError } from '../errors.ts'
import { codeKey, maxVouchersPerCart } from '../promotions/promotion.ts'
import { addMs } from '../time.ts'
import type { Cart, CartLimits, CartLine } from './cart.ts'

/** A change a buyer wants. `seenUnitMinor` is the unit price shown to them now. */
export type CartCommand =
  | { readonly type: 'add'; readonly sku: string; readonly quantity: number; readonly seenUnitMinor: number }
  | { readonly type: 'add_all'; readonly lines: readonly CartLine[] }
  | { readonly type: 'ensure_all'; readonly lines: readonly CartLine[] }
  | { readonly type: 'update'; readonly sku: string; readonly quantity: number; readonly seenUnitMinor: number }
  | { readonly type: 'remove'; readonly sku: string }
  | { readonly type: 'clear' }
  | { readonly type: 'apply_voucher' | 'remove_voucher'; readonly code: string }

type VoucherCommand = Extract<CartCommand, { type: 'apply_voucher' | 'remove_voucher' }>

export interface CartRules {
  readonly limits: CartLimits
  /** How long the cart lives after a change, in ms. */
  readonly cartTtlMs: number
}

/**
 * The cart after a command: one version on, its expiry renewed. The very same object when the command changes nothing: removing what is not there, ensuring what
 * is, clearing an empty cart, a code that is there, or is not.
 *
 * @throws CART_CLOSED when it has become an order or has expired; CART_LIMIT; NOT_FOUND when updating a line that is not there.
 */
export function decideCart(cart: Cart, command: CartCommand, now: Date, rules: CartRules): Cart {
  requireOpen(cart, now)
  if ('code' in command) return decideVouchers(cart, command, now, rules)
  const lines = decideLines(cart.lines, command, rules.limits)
  if (lines === cart.lines) return cart
  return { ...cart, lines, version: cart.version + 1, expiresAt: addMs(now, rules.cartTtlMs), updatedAt: now }
}

/** @throws CART_CLOSED when the cart can no longer be changed or bought. An expired cart is closed whether or not a sweep has marked it. */
function requireOpen(cart: Cart, now: Date): void {
  const status = cart.status === 'active' && cart.expiresAt <= now ? 'expired' : cart.status
  if (status !== 'active') throw new CommerceError('CART_CLOSED', { details: { cartId: cart.id, status } })
}

function decideVouchers(cart: Cart, { type, code }: VoucherCommand, now: Date, { cartTtlMs }: CartRules): Cart {
  const { vouchers: before = [], ...rest } = cart
  const others = before.filter((known) => codeKey(known) !== codeKey(code))
  if (others.length < before.length === (type === 'apply_voucher')) return cart
  if (type === 'apply_voucher' && before.length >= maxVouchersPerCart) {
    throw new CommerceError('CART_LIMIT', { details: { limit: 'maxVouchers', max: maxVouchersPerCart } })
  }
  const vouchers = type === 'apply_voucher' ? [...before, code] : others
  const held = vouchers.length === 0 ? {} : { vouchers }
  return { ...rest, ...held, version: cart.version + 1, expiresAt: addMs(now, cartTtlMs), updatedAt: now }
}

function decideLines(lines: readonly CartLine[], command: Exclude<CartCommand, VoucherCommand>, limits: CartLimits): readonly CartLine[] {
  switch (command.type) {
    case 'add':
      return addLine(lines, command, limits)
    case 'add_all':
      return command.lines.reduce((sum, line) => addLine(sum, line, limits), lines)
    case 'ensure_all':
      return command.lines.reduce((all, line) => (all.some(({ sku }) => sku === line.sku) ? all : addLine(all, line, limits)), lines)
    case 'update': {
      const { sku, quantity, seenUnitMinor } = command
      if (!lines.some((line) => line.sku === sku)) throw new CommerceError('NOT_FOUND', { details: { object: 'cart line' } })
      requireQuantity(quantity, limits)
      return lines.map((line) => (line.sku === sku ? { sku, quantity, seenUnitMinor } : line))
    }
    case 'remove': {
      const kept = lines.filter((line) => line.sku !== command.sku)
      return kept.length === lines.length ? lines : kept
    }
    case 'clear':
      return lines.length === 0 ? lines : []
  }
}

/** Sums with the line of the same SKU, which keeps its place. */
function addLine(lines: readonly CartLine[], { sku, quantity, seenUnitMinor }: CartLine, limits: CartLimits): readonly CartLine[] {
  const present = lines.find((line) => line.sku === sku)
  const sum = (present?.quantity ?? 0) + quantity
  requireQuantity(sum, limits)
  const line = { sku, quantity: sum, seenUnitMinor }
  if (present !== undefined) return lines.map((other) => (other === present ? line : other))
  if (lines.length >= limits.maxLines) throw new CommerceError('CART_LIMIT', { details: { limit: 'maxLines', max: limits.maxLines } })
  return [...lines, line]
}

function requireQuantity(quantity: number, { maxQuantity }: CartLimits): void {
  if (quantity > maxQuantity) throw new CommerceError('CART_LIMIT', { details: { limit: 'maxQuantity', max: maxQuantity } })
}
