/** What a fake card does. Callers pass its name as `payment.method`. */
export interface FakeMethod {
  /** What the provider makes of the start. */
  readonly start: 'succeeds' | 'declines' | 'asks' | 'processes' | 'never_arrives'
  /** Whether the first answer to the start reaches the caller; repeating the key is answered either way. */
  readonly answer: 'arrives' | 'is_lost'
  /** How many payments the provider makes for one start. */
  readonly copies: 1 | 2
  readonly decline: { readonly code: string; readonly buyerMessage: string } | null
  /** Whether a payment that is processing comes to its end by itself, after some lookups. */
  readonly settles: boolean
  /** Whether a payment that is processing can still be called off. */
  readonly voidable: boolean
  /** Whether refunds wait for `settleRefund` instead of succeeding at once. */
  readonly refundsWait: boolean
}

const plain: FakeMethod = { start: 'succeeds', answer: 'arrives', copies: 1, decline: null, settles: false, voidable: true, refundsWait: false }

/** Every method the fake provider knows, by the name that callers pass. */
export const fakeMethods = {
  /** Is charged at once, or authorised when capture is manual. */
  card_ok: plain,
  card_declined: { ...plain, start: 'declines', decline: { code: 'card_declined', buyerMessage: 'Your card was declined. Please try another card.' } },
  card_insufficient_funds: {
    ...plain,
    start: 'declines',
    decline: { code: 'insufficient_funds', buyerMessage: 'Your card has too little money on it. Please try another card.' },
  },
  /** Waits for the buyer: `completeAction` or `abandonAction` decides. */
  card_requires_action: { ...plain, start: 'asks' },
  /** Is charged, but the answer is lost on its way. */
  card_timeout: { ...plain, answer: 'is_lost' },
  /** The provider never hears of it, and the caller never hears back. */
  card_unreachable: { ...plain, start: 'never_arrives', answer: 'is_lost' },
  /** Processes, then succeeds: by `settle`, or after some lookups. It cannot be called off meanwhile. */
  card_late: { ...plain, start: 'processes', settles: true, voidable: false },
  /** Processes for ever, unless called off or settled. */
  card_never: { ...plain, start: 'processes' },
  /** Is charged twice: two provider payments under our one id. */
  card_duplicate: { ...plain, copies: 2 },
  /** Is charged at once, but its refunds wait for `settleRefund`. */
  card_slow_refund: { ...plain, refundsWait: true },
} as const satisfies Record<string, FakeMethod>

export type FakeMethodName = keyof typeof fakeMethods

/** The method of this name; undefined for a name that the provider does not know. */
export function fakeMethod(name: string): FakeMethod | undefined {
  return Object.hasOwn(fakeMethods, name) ? fakeMethods[name as FakeMethodName] : undefined
}
