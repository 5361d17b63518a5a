import { randomFillSync } from 'node:crypto'

declare const brand: unique symbol
/** A string that the compiler keeps apart from the ids of other objects. */
type Id<Name extends string> = string & { readonly [brand]: Name }

export type ProductId = Id<'product'>
export type VariantId = Id<'variant'>
export type CategoryId = Id<'category'>
export type LocationId = Id<'location'>
export type ReservationId = Id<'reservation'>
export type CartId = Id<'cart'>
export type QuoteId = Id<'quote'>
export type OrderId = Id<'order'>
export type OrderLineId = Id<'orderLine'>
export type PaymentId = Id<'payment'>
export type RefundId = Id<'refund'>
export type OrderRefundId = Id<'orderRefund'>
export type ReturnId = Id<'return'>
export type DisputeId = Id<'dispute'>
export type FulfilmentId = Id<'fulfilment'>
export type ReviewId = Id<'review'>
export type PromotionId = Id<'promotion'>
export type PriceListId = Id<'priceList'>
export type WishListId = Id<'wishList'>
export type CreditAccountId = Id<'creditAccount'>
export type CreditEntryId = Id<'creditEntry'>
export type EventId = Id<'event'>
/** A customer's own id: one of ours for who has registered here, else the host's own name for them; any string up to 200 characters. */
export type CustomerId = Id<'customer'>
export type AddressId = Id<'address'>
export type SessionId = Id<'session'>

/** Where the library takes its randomness: ids, order numbers, guest tokens. Injected so that a simulator can drive it from one seed. */
export interface Random {
  /** `length` bytes; cryptographically strong in production. */
  bytes(length: number): Uint8Array
}

/** From 0 to just below 1, in steps fine enough to spread pauses. */
export function fraction(random: Random): number {
  const [high = 0, low = 0] = random.bytes(2)
  return (high * 256 + low) / 65_536
}

/** Bytes drawn ahead, because asking the system costs more than the bytes do. Each byte is handed out once. */
const pool = new Uint8Array(4_096)
let poolOffset = pool.length

export const cryptoRandom: Random = {
  bytes(length) {
    if (length > pool.length) return randomFillSync(new Uint8Array(length))
    if (poolOffset + length > pool.length) {
      randomFillSync(pool)
      poolOffset = 0
    }
    const bytes = pool.slice(poolOffset, poolOffset + length)
    pool.fill(0, poolOffset, poolOffset + length)
    poolOffset += length
    return bytes
  },
}

/** Makes ids. */
export interface IdSource {
  /** A fresh UUIDv7 in lower case, greater than every one this source made before. */
  next<T extends string>(): T
}

/** Each byte as two hexadecimal digits: quicker than asking a buffer for a few of them. */
const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

function hex(bytes: Uint8Array, from: number, to: number): string {
  let digits = ''
  for (let index = from; index < to; index += 1) digits += hexOf[bytes[index] ?? 0]
  return digits
}

/**
 * UUIDv7 ids (RFC 9562, section 5.7) that grow even within one millisecond, by counting up in the 12 bits of `rand_a` (method 1 of its section 6.2).
 *
 * @param nowMs - epoch milliseconds; the process's clock by default. Ids only need it roughly right: nothing is decided by them.
 */
export function uuidV7Source(random: Random = cryptoRandom, nowMs: () => number = Date.now): IdSource {
  let lastMs = 0
  let time = ''
  let counter = 0
  const moveTo = (ms: number) => {
    lastMs = ms
    const digits = ms.toString(16).padStart(12, '0')
    time = `${digits.slice(0, 8)}-${digits.slice(8)}-7`
  }
  return {
    next<T extends string>(): T {
      const bytes = random.bytes(10)
      const ms = nowMs()
      if (ms > lastMs) {
        moveTo(ms)
        counter = ((bytes[8] ?? 0) << 2) | ((bytes[9] ?? 0) >> 6) // leaves the top two bits free to count
      } else if (++counter > 0xfff) {
        moveTo(lastMs + 1)
        counter = 0
      }
      const count = (hexOf[counter >> 4] ?? '') + (counter & 0xf).toString(16)
      // The variant's two bits, `10`, before 62 random ones.
      const first = bytes[0] ?? 0
      const variant = hexOf[0x80 | ((first & 0xc0) >> 2) | (first & 0x0f)] ?? ''
      return `${time}${count}-${variant}${hex(bytes, 1, 2)}-${hex(bytes, 2, 8)}` as T
    },
  }
}

const numberAlphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

/** Random characters that people can read to each other: five bits each. */
export function shortText(random: Random, length: number): string {
  return [...random.bytes(length)].map((byte) => numberAlphabet[byte % 32]).join('')
}

/**
 * A short number for people: eight characters, shown as `K7QX-29MF`, without 0, 1, I and O, which are misread. 32^8 ≈ 1.1 × 10^12, so with 10^8
 * orders one in ten thousand collides; the unique constraint refuses it and checkout draws another.
 */
export function orderNumber(random: Random): string {
  const characters = shortText(random, 8)
  return `${characters.slice(0, 4)}-${characters.slice(4)}`
}
