/** What went wrong, in the terms of someone who must react to it. */
export type ErrorKind =
  /** The caller sent something that can never work; mend the call. */
  | 'invalid'
  /** The object is missing, or belongs to someone else: the two look the same. */
  | 'not_found'
  /** The actor may not do this to anyone's object. */
  | 'forbidden'
  /** The shop refuses for a business reason the buyer can be told. */
  | 'refused'
  /** Somebody else changed the object first. */
  | 'conflict'
  /** A dependency did not answer in time; nothing was changed. */
  | 'unavailable'
  /** It may or may not have happened; the idempotency key tells. */
  | 'unknown'
  /** The host program or an adapter broke a rule of the library. */
  | 'defect'

interface ErrorRow {
  readonly kind: ErrorKind
  /** True when the same call, unchanged, may succeed later. */
  readonly retryable: boolean
  readonly meaning: string
}

/** Every code the library throws. Closed: adding one is a minor release, removing one a major. `docs/errors.md` is made from it. */
export const errorTable = {
  INVALID_INPUT: { kind: 'invalid', retryable: false, meaning: 'A parameter has the wrong shape or is out of range; `details.issues` names each.' },
  NOT_FOUND: { kind: 'not_found', retryable: false, meaning: 'No such object for this actor.' },
  FORBIDDEN: { kind: 'forbidden', retryable: false, meaning: 'This type of actor may not call this method.' },
  CONFLICT: { kind: 'conflict', retryable: true, meaning: 'A concurrent change won; read again and retry.' },
  ILLEGAL_TRANSITION: { kind: 'refused', retryable: false, meaning: 'The state machine has no such step from the present state.' },

  SKU_TAKEN: { kind: 'refused', retryable: false, meaning: 'Another product already owns this SKU.' },
  PRODUCT_UNAVAILABLE: {
    kind: 'refused',
    retryable: false,
    meaning: 'There is no such SKU on sale: it does not exist, is not published, is archived, or has no price in the currency of the cart.',
  },

  OUT_OF_STOCK: { kind: 'refused', retryable: false, meaning: 'Fewer units are available than asked for.' },
  STOCK_RESERVED: { kind: 'refused', retryable: false, meaning: 'The adjustment would leave fewer units than are reserved.' },
  RESERVATION_GONE: { kind: 'refused', retryable: false, meaning: 'The reservation has expired, was released or was already consumed.' },

  CART_EMPTY: { kind: 'refused', retryable: false, meaning: 'A checkout needs at least one line.' },
  CART_CLOSED: { kind: 'refused', retryable: false, meaning: 'The cart has become an order or has expired.' },
  CART_LIMIT: { kind: 'refused', retryable: false, meaning: 'Too many lines, too many units of one SKU, or too many additions to one order.' },
  CART_PROBLEMS: { kind: 'refused', retryable: false, meaning: 'Lines of the cart cannot be sold as they stand; `details.problems` names each.' },

  VOUCHER_UNKNOWN: { kind: 'refused', retryable: false, meaning: 'The shop has no such voucher code.' },
  VOUCHER_REFUSED: {
    kind: 'refused',
    retryable: false,
    meaning: 'The voucher is no good for this buyer or at this time; `details.reason` says why. Take the code out of the cart, and ask for a new quote.',
  },
  VOUCHER_TAKEN: { kind: 'refused', retryable: false, meaning: 'Another voucher has this code, whatever its capitals.' },
  PROMOTION_ENDED: { kind: 'refused', retryable: false, meaning: 'The promotion has ended, for good.' },
  PROMOTION_AUTOMATIC: { kind: 'refused', retryable: false, meaning: 'The promotion applies by itself and has no codes.' },
  PROMOTION_IN_USE: { kind: 'refused', retryable: false, meaning: 'More orders use the promotion than the limit would allow; `details.used` says how many.' },
  HOLD_LIMIT: { kind: 'refused', retryable: false, meaning: 'The customer may not hold so many carts, or so many units, at a time.' },
  WISH_LIST_LIMIT: { kind: 'refused', retryable: false, meaning: 'The customer has as many wish lists, or the list as many SKUs, as there may be.' },

  LOGIN_FAILED: {
    kind: 'refused',
    retryable: false,
    meaning: 'No confirmed account has this address of mail and this password; which of them is wrong is not told.',
  },
  TOKEN_INVALID: { kind: 'refused', retryable: false, meaning: 'The token from the mail is unknown, was used, or is too old.' },
  SESSION_INVALID: { kind: 'refused', retryable: false, meaning: 'The session is unknown, was ended, or is too old; sign in again.' },
  ACCOUNTS_OFF: { kind: 'defect', retryable: false, meaning: 'The shop was made without `accounts`, so nobody can register or sign in here.' },
  EMAIL_TAKEN: { kind: 'refused', retryable: false, meaning: 'Another customer has this address of mail. Told to staff only.' },
  ADDRESS_LIMIT: { kind: 'refused', retryable: false, meaning: 'The customer has as many addresses as there may be.' },
  EMAIL_UNVERIFIED: { kind: 'refused', retryable: false, meaning: 'The customer has no address of mail that is shown to be theirs.' },
  CUSTOMER_BUSY: {
    kind: 'refused',
    retryable: false,
    meaning: 'The customer has orders that are still to be paid or sent, which need to know whose they are; `details.orderIds` names some.',
  },
  CUSTOMERS_ELSEWHERE: {
    kind: 'refused',
    retryable: false,
    meaning: 'The shop’s customers are kept in a directory of the host; change or ask for it there.',
  },

  RATE_LIMITED: { kind: 'refused', retryable: true, meaning: 'Too many attempts; repeat after `details.retryAfterMs` milliseconds.' },

  QUOTE_MISSING: { kind: 'refused', retryable: false, meaning: 'Ask for a quote before placing the order.' },
  QUOTE_STALE: { kind: 'conflict', retryable: true, meaning: 'The cart or its prices kept changing while the order was being placed.' },
  TOTAL_CHANGED: { kind: 'refused', retryable: false, meaning: 'The total is not the one the buyer agreed to; show `details.total` and ask again.' },
  SHIPPING_UNAVAILABLE: { kind: 'refused', retryable: false, meaning: 'The shipping method does not exist for this address and cart.' },
  AMOUNT_NOT_CHARGEABLE: { kind: 'refused', retryable: false, meaning: 'The payment provider cannot charge this amount in this currency.' },
  AMOUNT_OVERFLOW: { kind: 'refused', retryable: false, meaning: 'An amount would pass 2^53 - 1 minor units.' },
  CHECKOUT_IN_PROGRESS: { kind: 'conflict', retryable: true, meaning: 'Another checkout of this cart may still be paid; resume or cancel it.' },
  ORDER_CLOSED: { kind: 'refused', retryable: false, meaning: 'The order is no longer in a state that allows this.' },
  EDIT_CHANGES_TOTAL: {
    kind: 'refused',
    retryable: false,
    meaning:
      'The order would cost something else, or be taxed otherwise, at this address: `details.wouldBeMinor` in place of `details.totalMinor`. Cancel it and order anew.',
  },
  NOTHING_TO_FULFIL: { kind: 'refused', retryable: false, meaning: 'More units than are left to ship, or a line of another order.' },
  NOT_YET_AVAILABLE: {
    kind: 'refused',
    retryable: false,
    meaning: 'The line is a preorder and its day, `details.availableFrom`, has not come; `early: true` sends it all the same.',
  },

  NOTHING_TO_REFUND: {
    kind: 'refused',
    retryable: false,
    meaning: 'More units than are left to refund, or a line of another order. Units in a return are refunded by it.',
  },
  REFUND_TOO_MUCH: { kind: 'refused', retryable: false, meaning: 'More money than may still be refunded; `details.refundableMinor` says how much may be.' },
  NOT_RETURNABLE: {
    kind: 'refused',
    retryable: false,
    meaning: 'More units than may be sent back: they were not shipped, are in another return, were refunded, or came too long ago.',
  },
  GIFT_CARD_UNUSABLE: { kind: 'refused', retryable: false, meaning: 'The gift card cannot pay: `details.reason` says why.' },
  CREDIT_INSUFFICIENT: {
    kind: 'refused',
    retryable: false,
    meaning: 'A gift card or store credit has less than is asked of it; `details.leftMinor` says how much may still be spent. In a checkout: quote again.',
  },
  DUE_CHANGED: {
    kind: 'refused',
    retryable: false,
    meaning: 'What is left to pay beside gift cards and store credit is not what the buyer agreed to; show `details.due` and ask again.',
  },
  REVIEW_EXISTS: { kind: 'refused', retryable: false, meaning: 'The customer has already reviewed this product; edit that review.' },
  PURCHASE_REQUIRED: { kind: 'refused', retryable: false, meaning: 'Only customers who have bought the product may review it.' },
  OWN_REVIEW: { kind: 'refused', retryable: false, meaning: 'Nobody votes on a review of their own.' },

  PROVIDER_UNKNOWN: { kind: 'invalid', retryable: false, meaning: 'No payment provider of this name is configured.' },
  PROVIDER_UNAVAILABLE: { kind: 'unavailable', retryable: true, meaning: 'The payment provider did not answer; nothing changed here.' },

  WEBHOOK_INVALID: {
    kind: 'invalid',
    retryable: false,
    meaning: 'The webhook is not shown to come from the payment provider: its signature, its age or its body is wrong. Answer 400; nothing was recorded.',
  },
  WEBHOOK_FOREIGN: {
    kind: 'refused',
    retryable: false,
    meaning: 'The webhook is of another account or of the other mode, live or test, of the payment provider. Answer 400; nothing was recorded.',
  },

  IDEMPOTENCY_KEY_REUSED: { kind: 'invalid', retryable: false, meaning: 'The key was used before with other parameters.' },
  IDEMPOTENCY_IN_FLIGHT: { kind: 'conflict', retryable: true, meaning: 'A call with this key is still running.' },
  OUTCOME_UNKNOWN: { kind: 'unknown', retryable: true, meaning: 'The connection died at COMMIT; repeat with the same idempotency key to learn the outcome.' },

  STORAGE_BUSY: {
    kind: 'unavailable',
    retryable: true,
    meaning: 'The database stayed locked by others, was too slow, or had no connection free, until the deadline; nothing was written.',
  },
  STORAGE_UNAVAILABLE: { kind: 'unavailable', retryable: true, meaning: 'The database did not answer, is full or is read-only.' },
  DEPENDENCY_UNAVAILABLE: {
    kind: 'unavailable',
    retryable: true,
    meaning: 'A service beside the database, such as Redis or a tax service, did not answer in time; it may have carried out what it was asked.',
  },
  ANSWER_INVALID: {
    kind: 'defect',
    retryable: false,
    meaning: 'The shop’s tax calculator or shipping rates answered what they must not, such as a negative amount; nothing was reserved.',
  },
  NESTED_TRANSACTION: { kind: 'defect', retryable: false, meaning: 'The storage was used inside a transaction callback instead of its `tx`.' },
  TRANSACTION_CLOSED: { kind: 'defect', retryable: false, meaning: 'A `tx` was used after its callback had returned.' },
  CONSTRAINT_VIOLATION: { kind: 'defect', retryable: false, meaning: 'A database constraint refused a write that the rules had let through.' },
  SCHEMA_MISMATCH: { kind: 'defect', retryable: false, meaning: 'The database schema is newer than this version, or a migration was altered.' },
  MIGRATION_PENDING: { kind: 'defect', retryable: false, meaning: 'The database lacks migrations; run `cartwright migrate`.' },
  EXTENSION_MISSING: {
    kind: 'defect',
    retryable: false,
    meaning: 'The database lacks an extension that is needed, and its user may not add it.',
  },
} as const satisfies Record<string, ErrorRow>

export type ErrorCode = keyof typeof errorTable

/** One thing wrong with one input field. */
export interface InputIssue {
  /** Where in the parameters, e.g. `lines.0.quantity`. */
  readonly path: string
  readonly message: string
}

/** What is wrong with one line of a cart, in the order the checks are made. */
export type LineProblem =
  /** `component` names the part of a bundle that is not on sale, when the bundle itself is. */
  | { readonly type: 'unavailable'; readonly sku: string; readonly component?: string }
  | { readonly type: 'insufficient'; readonly sku: string; readonly requested: number; readonly available: number }
  | { readonly type: 'price_changed'; readonly sku: string; readonly fromMinor: number; readonly toMinor: number }

/**
 * Why a voucher is refused: it is not good yet or any more, was used as often as it may be, by all or by this customer, is for a first order only, or needs to know
 * by whom it is used, which a guest tells by an address of mail.
 */
export type VoucherRefusal = 'not_started' | 'ended' | 'used_up' | 'used_up_by_customer' | 'first_order' | 'email_required'

interface DetailsByCode {
  INVALID_INPUT: { readonly issues: readonly InputIssue[] }
  NOT_FOUND: { readonly object: string }
  FORBIDDEN: { readonly required: string }
  CONFLICT: { readonly object: string }
  ILLEGAL_TRANSITION: { readonly machine: string; readonly from: string; readonly event: string }
  /** `reviewId` is null when it has been deleted since. */
  REVIEW_EXISTS: { readonly reviewId: string | null }
  PURCHASE_REQUIRED: { readonly productId: string }
  OWN_REVIEW: { readonly reviewId: string }
  SKU_TAKEN: { readonly sku: string }
  PRODUCT_UNAVAILABLE: { readonly sku: string }
  OUT_OF_STOCK: { readonly sku: string; readonly requested: number; readonly available: number }
  STOCK_RESERVED: { readonly sku: string; readonly onHand: number; readonly reserved: number }
  RESERVATION_GONE: { readonly reservationId: string; readonly status: string }
  CART_CLOSED: { readonly cartId: string; readonly status: string }
  CART_LIMIT: { readonly limit: string; readonly max: number }
  HOLD_LIMIT: { readonly limit: 'maxHolds' | 'maxUnits'; readonly max: number }
  WISH_LIST_LIMIT: { readonly limit: 'maxLists' | 'maxItems'; readonly max: number }
  CART_PROBLEMS: { readonly problems: readonly LineProblem[] }
  /** `reason`: see `VoucherRefusal`. */
  VOUCHER_REFUSED: { readonly code: string; readonly reason: VoucherRefusal }
  VOUCHER_TAKEN: { readonly code: string }
  PROMOTION_ENDED: { readonly promotionId: string }
  PROMOTION_AUTOMATIC: { readonly promotionId: string }
  PROMOTION_IN_USE: { readonly promotionId: string; readonly used: number }
  ADDRESS_LIMIT: { readonly max: number }
  CUSTOMER_BUSY: { readonly orderIds: readonly string[] }
  RATE_LIMITED: { readonly rule: string; readonly retryAfterMs: number }
  TOTAL_CHANGED: {
    readonly expected: { amountMinor: number; currency: string }
    readonly total: { amountMinor: number; currency: string }
    readonly quoteId: string
  }
  SHIPPING_UNAVAILABLE: { readonly method: string; readonly available: readonly string[] }
  AMOUNT_NOT_CHARGEABLE: { readonly amountMinor: number; readonly currency: string; readonly reason: string }
  CHECKOUT_IN_PROGRESS: { readonly orderId: string }
  ORDER_CLOSED: { readonly orderId: string; readonly status: string }
  EDIT_CHANGES_TOTAL: { readonly orderId: string; readonly totalMinor: number; readonly wouldBeMinor: number }
  NOTHING_TO_FULFIL: { readonly orderLineId: string; readonly remaining: number }
  NOT_YET_AVAILABLE: { readonly orderLineId: string; readonly sku: string; readonly availableFrom: string }
  NOTHING_TO_REFUND: { readonly orderLineId: string; readonly remaining: number }
  REFUND_TOO_MUCH: { readonly orderId: string; readonly requestedMinor: number; readonly refundableMinor: number }
  GIFT_CARD_UNUSABLE: { readonly lastFour: string; readonly reason: 'disabled' | 'expired' | 'empty' | 'currency' }
  CREDIT_INSUFFICIENT: { readonly accountId: string; readonly requestedMinor: number; readonly leftMinor: number }
  DUE_CHANGED: {
    readonly expected: { amountMinor: number; currency: string }
    readonly due: { amountMinor: number; currency: string }
    readonly quoteId: string
  }
  NOT_RETURNABLE: { readonly orderLineId: string; readonly returnable: number }
  PROVIDER_UNKNOWN: { readonly provider: string; readonly configured: readonly string[] }
  PROVIDER_UNAVAILABLE: { readonly provider: string }
  WEBHOOK_INVALID: { readonly provider: string; readonly reason: string }
  WEBHOOK_FOREIGN: { readonly provider: string; readonly reason: string }
  OUTCOME_UNKNOWN: { readonly idempotencyKey?: string }
  /** `reason`: no answer in time, no connection, a refusal of the server, or not asked because the last calls failed. */
  DEPENDENCY_UNAVAILABLE: { readonly dependency: string; readonly reason: 'timeout' | 'connection' | 'refused' | 'breaker_open' }
  ANSWER_INVALID: { readonly dependency: string; readonly reason: string }
  CONSTRAINT_VIOLATION: { readonly constraint: string }
  MIGRATION_PENDING: { readonly pending: readonly string[] }
  EXTENSION_MISSING: { readonly extension: string }
}

/** The `details` of a code; `{}` for codes that need none. */
export type ErrorDetails<Code extends ErrorCode> = Code extends keyof DetailsByCode ? DetailsByCode[Code] : Record<never, never>

interface ErrorOptions<Code extends ErrorCode> {
  readonly details: ErrorDetails<Code>
  readonly message?: string
  readonly cause?: unknown
}

/** The meaning with the details that are plain texts and figures, so that a line of a log alone tells what it was about. Details hold no personal data. */
function withFacts(meaning: string, details: object): string {
  const facts = Object.entries(details).flatMap(([name, value]: [string, unknown]) => {
    const plain = Array.isArray(value) && value.every((item) => typeof item === 'string') ? value.join(' | ') : value
    return typeof plain === 'string' || typeof plain === 'number' ? [`${name}: ${plain}`] : []
  })
  return facts.length === 0 ? meaning : `${meaning} (${facts.join(', ')})`
}

/** The only error class the library throws on purpose. Switch on `code`; show `message` to engineers, never to buyers. */
export class CommerceError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code
  readonly kind: ErrorKind
  readonly details: ErrorDetails<Code>
  /** True when the same call, unchanged, may succeed later. */
  readonly retryable: boolean

  constructor(code: Code, options: ErrorOptions<Code>) {
    super(options.message ?? withFacts(errorTable[code].meaning, options.details), options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'CommerceError'
    this.code = code
    this.kind = errorTable[code].kind
    this.details = options.details
    this.retryable = errorTable[code].retryable
  }

  toJSON(): { code: Code; kind: ErrorKind; message: string; retryable: boolean; details: ErrorDetails<Code> } {
    return { code: this.code, kind: this.kind, message: this.message, retryable: this.retryable, details: this.details }
  }
}

/**
 * Tells a `CommerceError`, of one code if given, from anything else. Works across copies of the package, where `instanceof` does not.
 *
 * @example
 * if (isCommerceError(error, 'OUT_OF_STOCK')) console.log(error.details.available)
 */
export function isCommerceError<Code extends ErrorCode = ErrorCode>(error: unknown, code?: Code): error is CommerceError<Code> {
  if (!(error instanceof Error) || error.name !== 'CommerceError' || !('code' in error)) return false
  return code === undefined ? true : error.code === code
}

/** The code of an error, for logs, metrics and records; `UNEXPECTED` for one that is not the library's. */
export function codeOf(error: unknown): ErrorCode | 'UNEXPECTED' {
  return isCommerceError(error) ? error.code : 'UNEXPECTED'
}
