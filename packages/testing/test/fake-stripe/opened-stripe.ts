import { manualClock } from '@cartwright/testing'
import { type FakeStripe, type FakeStripeOptions, startFakeStripe } from '@cartwright/testing/stripe'
import Stripe from 'stripe'
import { onTestFinished } from 'vitest'

export interface OpenedStripe {
  readonly fake: FakeStripe
  /** Stripe's own library, talking to the fake over HTTP; without retries of its own. */
  readonly stripe: Stripe
}

const start = new Date('2026-03-01T12:00:00Z')

/** A fake with a clock that stands, closed after the test. */
export async function openStripe(options: Partial<FakeStripeOptions> = {}): Promise<OpenedStripe> {
  const clock = manualClock(start)
  const fake = await startFakeStripe({ seed: 1, now: () => clock.date(), ...options })
  onTestFinished(() => fake.close())
  return { fake, stripe: clientOf(fake) }
}

/** Stripe's library, without retries of its own. */
export function clientOf(fake: Pick<FakeStripe, 'apiKey' | 'clientOptions'>, config: Partial<Stripe.StripeConfig> = {}, apiKey: string = fake.apiKey): Stripe {
  return new Stripe(apiKey, { ...fake.clientOptions(), maxNetworkRetries: 0, telemetry: false, timeout: 10_000, ...config })
}

/** Cards only, so that no page to come back to is needed. */
export const byCard = { amount: 2500, currency: 'usd', allowed_payment_method_types: ['card'] } satisfies Stripe.PaymentIntentCreateParams

/** What Stripe's library throws. */
export async function refusalOf(work: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await work
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error
    throw error
  }
  throw new Error('it was not refused')
}

/** Stripe's library in the API version of the description that the data tests read. */
export function olderClientOf(fake: Pick<FakeStripe, 'apiKey' | 'clientOptions'>, config: Partial<Stripe.StripeConfig> = {}): Stripe {
  return clientOf(fake, { ...config, apiVersion: '2024-04-10' as Stripe.StripeConfig['apiVersion'] & string })
}
