import type { ProviderChange, ProviderPayment, StartPaymentParams } from '@cartwright/core/ports'
import type Stripe from 'stripe'
import { toStripe } from './amounts.ts'
import { declineOf, refusal } from './declines.ts'
import { isKeyReused, type StripeErrorFields } from './failures.ts'
import { metadataKeys } from './metadata.ts'
import { type PaymentLookup, withCharge } from './payment-lookup.ts'
import { paymentOfIntent, paymentOfSession } from './payment-mapping.ts'
import { type PaymentMethodChoice, parseMethod } from './payment-method.ts'
import { rejected } from './refused.ts'
import type { SavedMethods } from './saved-methods.ts'
import type { ReturnAddress, StripeSettings } from './stripe-options.ts'
import { isReplay, type StripeRequests } from './stripe-requests.ts'

/** Stripe forgets a key after a day at the earliest; after this it is not used again. */
const keyLifetimeMs = 23 * 3_600_000

export interface StartParts {
  readonly settings: StripeSettings
  readonly requests: StripeRequests
  readonly lookup: PaymentLookup
  readonly saved: SavedMethods
}

/** A start that can be sent. All of it follows from the stored payment, so that a repetition asks for the same. */
interface Start extends StartPaymentParams {
  readonly choice: PaymentMethodChoice
  readonly units: number
  /** The buyer's Stripe customer, where the method needs one. */
  readonly customer: string | null
}

/** Starts a payment the way its method asks for: see `parseMethod`. */
export async function startPayment(parts: StartParts, params: StartPaymentParams): Promise<ProviderChange<ProviderPayment>> {
  const { settings, requests, saved } = parts
  const choice = parseMethod(params.method)
  if (choice === undefined || (choice.flow === 'checkout' && settings.hosted === undefined)) return rejected(refusal('unknown_method'))
  const amount = toStripe(params.amount)
  if (!amount.exact) return rejected(refusal('amount_not_chargeable'))
  if (params.createdAt !== undefined && settings.now().getTime() - params.createdAt.getTime() > keyLifetimeMs) return findInstead(parts, params)

  const payer = await saved.payer(choice, params)
  if (payer.outcome !== 'accepted') return payer.outcome === 'rejected' ? rejected(payer.decline) : payer
  const start: Start = { ...params, choice, units: amount.units, customer: payer.value }
  return requests.change(
    () => (choice.flow === 'checkout' ? openSession(parts, start) : createIntent(parts, start)),
    (error) => refused(parts, params, error),
  )
}

async function createIntent({ settings, requests, lookup }: StartParts, start: Start): Promise<ProviderPayment> {
  const { choice } = start
  const confirmed: Partial<Stripe.PaymentIntentCreateParams> = {
    confirm: true,
    ...(choice.token?.startsWith('ctoken_') ? { confirmation_token: choice.token } : { payment_method: choice.token ?? '' }),
    ...(choice.offSession ? { off_session: true } : {}),
    ...(settings.returnUrl === undefined || choice.offSession ? {} : { return_url: address(settings.returnUrl, start) }),
  }
  const params: Stripe.PaymentIntentCreateParams = {
    amount: start.units,
    currency: start.amount.currency.toLowerCase(),
    capture_method: start.capture,
    description: `Order ${start.orderNumber}`,
    metadata: { ...metadataOf(start), ...(choice.token === null ? {} : { [metadataKeys.flow]: 'token' }) },
    ...offered(settings, choice.token !== null && settings.returnUrl === undefined),
    ...(settings.statementDescriptorSuffix === undefined ? {} : { statement_descriptor_suffix: settings.statementDescriptorSuffix }),
    ...(start.customer === null ? {} : { customer: start.customer }),
    ...(choice.save ? { setup_future_usage: 'off_session' } : {}),
    ...(choice.token === null ? {} : confirmed),
    ...withCharge,
  }
  const made = await requests.send(start.signal, (client, options) => client.paymentIntents.create(params, options), start.idempotencyKey)
  return (isReplay(made) ? await lookup.get(made.id, start.signal) : undefined) ?? paymentOfIntent(made, 0)
}

async function openSession({ settings, requests, lookup }: StartParts, start: Start): Promise<ProviderPayment> {
  const { hosted } = settings
  if (hosted === undefined) throw new Error('the hosted page is not configured')
  const currency = start.amount.currency.toLowerCase()
  const description = `Order ${start.orderNumber}`
  const metadata = metadataOf(start)
  const params: Stripe.Checkout.SessionCreateParams = {
    mode: 'payment',
    client_reference_id: start.paymentId,
    line_items: [{ quantity: 1, price_data: { currency, unit_amount: start.units, product_data: { name: description } } }],
    success_url: address(hosted.successUrl, start),
    cancel_url: address(hosted.cancelUrl, start),
    metadata,
    payment_intent_data: {
      capture_method: start.capture,
      description,
      metadata: { ...metadata, [metadataKeys.flow]: 'checkout' },
      ...(settings.statementDescriptorSuffix === undefined ? {} : { statement_descriptor_suffix: settings.statementDescriptorSuffix }),
      ...(start.choice.save ? { setup_future_usage: 'off_session' } : {}),
    },
    ...(start.customer === null ? {} : { customer: start.customer }),
    ...allowed(settings),
  }
  const made = await requests.send(start.signal, (client, options) => client.checkout.sessions.create(params, options), start.idempotencyKey)
  return (isReplay(made) ? await lookup.get(made.id, start.signal) : undefined) ?? paymentOfSession(made, 0)
}

/** What the buyer may pay with: what is named, else what the dashboard has. Of that, methods that leave the page are no use where there is no page to come back to. */
function offered(settings: StripeSettings, stays: boolean): Partial<Stripe.PaymentIntentCreateParams> {
  if (settings.paymentMethodTypes !== undefined) return allowed(settings)
  return { automatic_payment_methods: { enabled: true, ...(stays ? { allow_redirects: 'never' } : {}) } }
}

function allowed({ paymentMethodTypes }: StripeSettings): { allowed_payment_method_types?: string[] } {
  return paymentMethodTypes === undefined ? {} : { allowed_payment_method_types: [...paymentMethodTypes] }
}

function metadataOf({ paymentId, orderId, orderNumber }: Start): Record<string, string> {
  return { [metadataKeys.payment]: paymentId, [metadataKeys.order]: orderId, [metadataKeys.orderNumber]: orderNumber }
}

function address(of: ReturnAddress, { paymentId, orderId, orderNumber }: Start): string {
  return of({ paymentId, orderId, orderNumber })
}

/** Nothing was charged; but a PaymentIntent may be left, or the key may stand for another request. */
async function refused(parts: StartParts, params: StartPaymentParams, error: StripeErrorFields): Promise<ProviderChange<ProviderPayment>> {
  if (isKeyReused(error)) return findFirst(parts, params, error)
  if (error.payment_intent === undefined) return rejected(declineOf(error))
  // What a declined card has left is to be dead at Stripe too. Nothing hangs on it: nobody has its client secret, and a later look calls it off.
  await parts.lookup.callOff(error.payment_intent.id, params.signal).catch(() => undefined)
  return rejected(declineOf(error), { ...paymentOfIntent(error.payment_intent, 0), status: 'failed', action: null, decline: declineOf(error) })
}

/** The key was used with other parameters: after a change of configuration for this very payment, which may have been charged. */
async function findFirst({ lookup }: StartParts, params: StartPaymentParams, error: StripeErrorFields): Promise<ProviderChange<ProviderPayment>> {
  const [found] = await lookup.findByOurId(params.paymentId, params.createdAt, params.signal)
  const asked = found?.amount.amountMinor === params.amount.amountMinor && found.amount.currency === params.amount.currency
  return found !== undefined && asked ? { outcome: 'accepted', value: found } : rejected(declineOf(error), found ?? null)
}

/** Past the life of its key a start could charge a second time. */
async function findInstead({ requests, lookup }: StartParts, params: StartPaymentParams): Promise<ProviderChange<ProviderPayment>> {
  const gone = new Error('the payment is too old to be started, and is not found at Stripe')
  return requests.change(
    async () => {
      const [found] = await lookup.findByOurId(params.paymentId, params.createdAt, params.signal)
      if (found === undefined) throw gone
      return found
    },
    async () => ({ outcome: 'unknown', cause: gone }),
  )
}
