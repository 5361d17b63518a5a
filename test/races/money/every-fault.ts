import type { FakeStripeFaults } from '@cartwright/testing/stripe'

const often = 0.05
const brief = { probability: often, ms: { min: 20, max: 300 } }

/** Every fault that the fake Stripe has, each one time in twenty. */
export const faultsOfEveryKind: Required<FakeStripeFaults> = {
  requests: {
    reset_before: often,
    reset_after: often,
    rate_limited: often,
    conflict: often,
    unavailable: often,
    error_before: often,
    error_after: often,
    hang_before: often,
    hang_after: often,
  },
  latency: brief,
  webhooks: { drop: often, duplicate: often, twin: often, reorder: often, delay: brief, beforeAnswer: often },
}
