import { hash } from 'node:crypto'
import * as z from 'zod'
import { type Actor, hashToken } from '../actor.ts'
import { CommerceError, isCommerceError } from '../errors.ts'
import { parseInput } from '../parse-input.ts'
import type { Logger } from './logger.ts'
import { inProcessRateLimiter, type RateLimit, type RateLimiter } from './rate-limiter.ts'

/**
 * What happens while the shared counts cannot be reached. `open`: this process counts for itself, so that each process allows the whole limit. `closed`: nobody
 * is let through, with the retryable DEPENDENCY_UNAVAILABLE; for what must not be guessed, such as passwords and vouchers.
 */
type FailurePolicy = 'open' | 'closed'

/**
 * What may be limited. The shop counts `search`, by the `client` of a query; `checkout`, each buyer's attempts to place or resume an order; `voucher`, each buyer's attempts
 * to put a code into a cart, and `voucherClient`, the same by where requests come from; and `giftCard`, each attempt at a code of a gift card, by actor, and by `client`
 * where the caller names one. `login` and `loginClient` are counted by whoever looks at passwords: by account, and by where requests come from; `commerce.accounts` counts both.
 */
export type RateRule = 'search' | 'checkout' | 'login' | 'loginClient' | 'voucher' | 'voucherClient' | 'giftCard'

const policies: Readonly<Record<RateRule, FailurePolicy>> = {
  search: 'open',
  checkout: 'open',
  login: 'closed',
  loginClient: 'closed',
  voucher: 'closed',
  voucherClient: 'closed',
  giftCard: 'closed',
}

/** How often buyers may do things. */
export interface RateLimitOptions {
  /** Who counts. One outside the process counts for all processes together. @default this process */
  readonly limiter?: RateLimiter
  /** @default nothing is limited */
  readonly rules: Readonly<Partial<Record<RateRule, RateLimit>>>
}

/** Of a shop in which people sign in, unless the host says otherwise: ten tries at an account and as many again in a quarter of an hour, and 100 from one place. */
export const loginLimits = { login: { burst: 10, perMs: 900_000 }, loginClient: { burst: 100, perMs: 900_000 } } as const

/** Of every shop, unless the host says otherwise: so many codes may a buyer try, and come from one place, in ten minutes. */
export const voucherLimits = { voucher: { burst: 20, perMs: 600_000 }, voucherClient: { burst: 200, perMs: 600_000 } } as const
/** Unless the host says otherwise: thirty attempts at codes of gift cards, and as many again in a quarter of an hour. */
export const giftCardLimits = { giftCard: { burst: 30, perMs: 900_000 } } as const

const limit = z.strictObject({ burst: z.int().min(1), perMs: z.int().min(1) })

export const rateLimitOptions = z.strictObject({
  limiter: z.custom<RateLimiter>((value) => typeof value === 'object' && value !== null && 'take' in value, 'must be a rate limiter').optional(),
  rules: z.strictObject({
    search: limit.optional(),
    checkout: limit.optional(),
    login: limit.optional(),
    loginClient: limit.optional(),
    voucher: limit.optional(),
    voucherClient: limit.optional(),
    giftCard: limit.optional(),
  }),
})

const requireInput = z.strictObject({
  rule: z.enum(['search', 'checkout', 'login', 'loginClient', 'voucher', 'voucherClient', 'giftCard']),
  subject: z.string().min(1).max(1_000),
})

/** Refuses what is done too often. */
export class RateRules {
  readonly #options: RateLimitOptions
  readonly #limiter: RateLimiter
  readonly #fallback: RateLimiter
  readonly #logger: Logger

  constructor(options: RateLimitOptions, { nowMs, logger }: { readonly nowMs: () => number; readonly logger: Logger }) {
    this.#options = options
    this.#fallback = inProcessRateLimiter({ nowMs })
    this.#limiter = options.limiter ?? this.#fallback
    this.#logger = logger
  }

  /**
   * Counts one attempt. Nothing happens where the rule has no limit.
   *
   * @param params.subject - who makes it, e.g. an address; only a hash of it is kept.
   * @throws RATE_LIMITED; DEPENDENCY_UNAVAILABLE for a rule that is closed while nobody can count
   * @example
   * await commerce.rates.require({ rule: 'login', subject: request.ip })
   */
  async require(params: { readonly rule: RateRule; readonly subject: string }): Promise<void> {
    const { rule, subject } = parseInput(requireInput, params)
    const limited = this.#options.rules[rule]
    if (limited === undefined) return
    const request = { key: `${rule}:${hash('sha256', subject, 'base64url')}`, limit: limited }
    const { allowed, retryAfterMs } = await this.#limiter.take(request).catch((error: unknown) => {
      if (!isCommerceError(error, 'DEPENDENCY_UNAVAILABLE') || policies[rule] === 'closed') throw error
      this.#logger.debug({ rule, reason: error.details.reason }, 'a rate limit is counted in this process only')
      return this.#fallback.take(request)
    })
    if (!allowed) throw new CommerceError('RATE_LIMITED', { details: { rule, retryAfterMs } })
  }
}

/** Whose attempts are counted together; undefined for staff and jobs, who are not limited. */
export function limitedSubject(actor: Actor): string | undefined {
  if (actor.type === 'customer') return `customer:${actor.customerId}`
  return actor.type === 'guest' ? `guest:${hashToken(actor.token)}` : undefined
}
