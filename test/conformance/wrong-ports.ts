import { randomUUID } from 'node:crypto'
import { cryptoRandom, inProcessAdmission, inProcessCache, inProcessRateLimiter, miniSearchIndex, type RateLimiter, systemTimers } from '@cartwright/core'
import type { Clock, DomainEvent, LogFields, PaymentProvider, ShippingRates, TaxCalculator } from '@cartwright/core/ports'
import { fakePayments, memoryLiveCarts, quickPasswords } from '@cartwright/testing'
import {
  admissionSuite,
  cacheLevelSuite,
  clockSuite,
  eventPublisherSuite,
  idSourceSuite,
  liveCartSuite,
  loggerSuite,
  passwordHasherSuite,
  paymentProviderSuite,
  randomSuite,
  rateLimiterSuite,
  searchIndexSuite,
  shippingRatesSuite,
  taxCalculatorSuite,
  timersSuite,
} from '@cartwright/testing/conformance'
import { overlay } from '../planted/overlay.ts'
import { oldByTypeAlone } from '../planted/payments/old-by-type-alone.ts'
import { refundsAreOldNews } from '../planted/payments/refunds-are-old-news.ts'
import type { WrongAdapter } from './wrong-adapter.ts'

/** Why the wrong provider shows no webhooks; the report must repeat it. */
export const noWebhooks = 'this provider sends none'

const fixedClock = (): Clock => {
  const at = new Date('2026-03-01T12:00:00.000Z')
  return { now: () => ({ source: 'value', at }) }
}

const backwardsTax: TaxCalculator = {
  calculate: async ({ lines }) => ({ lines: lines.map(({ amountMinor }) => Math.round(amountMinor / 10)).reverse(), shippingMinor: 0 }),
}

const halfNamedTax: TaxCalculator = {
  calculate: async ({ lines, shippingMinor }) => {
    const taxes = lines.map(({ amountMinor }) => Math.round(amountMinor / 10))
    const amountMinor = taxes.reduce((sum, minor) => sum + minor, 0)
    return {
      lines: taxes,
      shippingMinor: Math.round(shippingMinor / 10),
      taxes: [{ name: 'Tax', rate: '10', taxableMinor: amountMinor * 10, amountMinor, included: false }],
    }
  },
}

const strictRates: ShippingRates = {
  rates: async ({ weightGrams }) => {
    if (weightGrams > 2000) throw new Error('too heavy')
    return [{ method: 'parcel', label: 'Parcel', amountMinor: 490 }]
  },
}

const textOf = (fields: LogFields, message: string) => void `${message} ${JSON.stringify(fields)}`

/** The form of a UUIDv7 over chance alone. */
const formOnly = () => randomUUID().replace(/^(.{14})4/, '$17')

/** Looks first and takes later: all who come in between see the same. */
function lateLimiter(): RateLimiter {
  const taken = new Map<string, number>()
  return {
    take: async (request) => {
      const { burst } = request.limit
      const before = taken.get(request.key) ?? 0
      await systemTimers.sleep(0)
      taken.set(request.key, Math.min(burst, before + 1))
      const decision = await inProcessRateLimiter().take(request)
      return { ...decision, allowed: before < burst }
    },
  }
}

const shared = new Uint8Array(100_000)

/** The fake bank with a fault. */
function wrongProvider(name: string, spoilt: (provider: PaymentProvider) => PaymentProvider): void {
  paymentProviderSuite({
    name,
    lacks: { webhooks: noWebhooks },
    open: async () => {
      const payments = fakePayments()
      return {
        provider: spoilt(payments),
        currency: 'USD',
        methods: { ok: 'card_ok', declined: 'card_declined', requiresAction: 'card_requires_action', answerLost: 'card_timeout' },
        completeAction: async (providerPaymentId) => void payments.ledger.completeAction(providerPaymentId),
        dispute: async (providerPaymentId) => void payments.ledger.openDispute(providerPaymentId),
        dispose: async () => {},
      }
    },
  })
}

/** The last writer wins. */
async function openForgetful() {
  const carts = memoryLiveCarts()
  const store = overlay(carts, {
    save: async ({ copy }) => {
      const here = await carts.find({ cartId: copy.cart.id, owner: { type: 'any' } })
      return here === undefined ? 'stale' : carts.save({ copy, expectedVersion: here.cart.version })
    },
  })
  return { store, another: async () => store, dispose: async () => {} }
}

/** Keeps whatever it is given, lease or no lease. */
const keepsEverything = () => {
  const level = inProcessCache()
  return overlay(level, {
    store: async ({ key, value, ttlMs }) => {
      await level.invalidate({ invalidations: [{ key, mark: randomUUID() }] })
      await level.lease({ key, token: 'any', ttlMs })
      return level.store({ key, token: 'any', value, ttlMs })
    },
  })
}

/** Sends in two halves at once, and the second is quicker. */
async function openHasty() {
  const stream: DomainEvent[] = []
  let refusing = false
  const send = async (events: readonly DomainEvent[]) => {
    if (refusing) throw new Error('the broker takes nothing')
    stream.push(...events)
  }
  return {
    publisher: {
      name: 'hasty',
      publish: async (events: readonly DomainEvent[]) => {
        const half = Math.ceil(events.length / 2)
        await Promise.all([systemTimers.sleep(0).then(() => send(events.slice(0, half))), send(events.slice(half))])
      },
    },
    received: async () => stream,
    refuse: async () => {
      refusing = true
    },
    accept: async () => {
      refusing = false
    },
  }
}

/** Does not wait for what the broker says. */
async function openUnheard() {
  const hasty = await openHasty()
  return { ...hasty, publisher: overlay(hasty.publisher, { publish: async (events) => void hasty.publisher.publish(events).catch(() => undefined) }) }
}

export const wrongPorts: readonly WrongAdapter[] = [
  {
    suite: 'cacheLevelSuite',
    fault: 'a cache that keeps what was read before a change',
    caughtBy: 'keeps out what was read before it',
    register: (name) => cacheLevelSuite({ name, open: async () => keepsEverything() }),
  },
  {
    suite: 'searchIndexSuite',
    fault: 'an index that forgets to remove',
    caughtBy: 'removes documents, and does not mind unknown ones',
    register: (name) => searchIndexSuite({ name, open: async () => overlay(miniSearchIndex(), { remove: async () => {} }) }),
  },
  {
    suite: 'liveCartSuite',
    fault: 'live carts whose compare-and-set ignores versions',
    caughtBy: 'writes nothing when the version is another one',
    register: (name) => liveCartSuite({ name, open: openForgetful }),
  },
  {
    suite: 'paymentProviderSuite',
    fault: 'a provider that does not know its keys',
    caughtBy: 'charges once for one key',
    register: (name) =>
      wrongProvider(name, (payments) => overlay(payments, { start: (params) => payments.start({ ...params, idempotencyKey: randomUUID() }) })),
  },
  {
    suite: 'paymentProviderSuite',
    fault: 'a provider whose news is old by its type alone',
    caughtBy: 'makes the shop look for every event of a payment that is booked as open',
    register: (name) => wrongProvider(name, oldByTypeAlone),
  },
  {
    suite: 'paymentProviderSuite',
    fault: 'a provider whose refunds are old news',
    caughtBy: 'makes the shop look for what is told of a payment after it was captured',
    register: (name) => wrongProvider(name, refundsAreOldNews),
  },
  {
    suite: 'taxCalculatorSuite',
    fault: 'taxes in the wrong order',
    caughtBy: 'gives the amounts in the order of the lines',
    register: (name) => taxCalculatorSuite({ name, open: async () => backwardsTax }),
  },
  {
    suite: 'taxCalculatorSuite',
    fault: 'named taxes that leave out the tax of shipping',
    caughtBy: 'says of tax that prices include no more than there is price, and names taxes that sum',
    register: (name) => taxCalculatorSuite({ name, open: async () => halfNamedTax }),
  },
  {
    suite: 'shippingRatesSuite',
    fault: 'rates that fail on a heavy cart',
    caughtBy: 'offers no method for a cart that cannot be shipped',
    register: (name) => shippingRatesSuite({ name, open: async () => strictRates, unshippable: [{ weightGrams: 50_000 }] }),
  },
  {
    suite: 'admissionSuite',
    fault: 'counts that believe in every generation',
    caughtBy: 'does not go by counts of an earlier generation',
    register: (name) =>
      admissionSuite({
        name,
        open: async () => {
          const admission = inProcessAdmission()
          return { admission: overlay(admission, { take: (request) => admission.take({ ...request, seen: 0 }) }), pass: (ms) => systemTimers.sleep(ms) }
        },
      }),
  },
  {
    suite: 'rateLimiterSuite',
    fault: 'a limiter that looks first and takes later',
    caughtBy: 'allows exactly the burst to 64 who come at once',
    register: (name) => rateLimiterSuite({ name, open: async () => ({ limiter: lateLimiter(), pass: (ms) => systemTimers.sleep(ms) }) }),
  },
  {
    suite: 'eventPublisherSuite',
    fault: 'a publisher that overtakes itself',
    caughtBy: 'keeps the events of each aggregate in order',
    register: (name) => eventPublisherSuite({ name, open: openHasty }),
  },
  {
    suite: 'eventPublisherSuite',
    fault: 'a publisher that does not wait for its broker',
    caughtBy: 'rejects when the broker refuses',
    register: (name) => eventPublisherSuite({ name, open: openUnheard }),
  },
  {
    suite: 'loggerSuite',
    fault: 'a logger that throws on a cycle',
    caughtBy: 'error does not throw',
    register: (name) =>
      loggerSuite({
        name,
        open: async () => ({ logger: { debug: textOf, info: textOf, warn: textOf, error: textOf } }),
        lacks: { readBack: 'it writes nothing' },
      }),
  },
  {
    suite: 'passwordHasherSuite',
    fault: 'a hasher that is content with old costs',
    caughtBy: 'checks a hash that was made with other costs',
    register: (name) =>
      passwordHasherSuite({ name, open: () => ({ ...quickPasswords(), needsRehash: () => false }), older: () => quickPasswords({ generation: 0 }) }),
  },
  {
    suite: 'clockSuite',
    fault: 'a clock that hands itself out',
    caughtBy: 'is not moved by a change to a date it gave out',
    register: (name) => clockSuite({ name, open: async () => fixedClock() }),
  },
  {
    suite: 'idSourceSuite',
    fault: 'ids that do not grow',
    caughtBy: 'grow as texts',
    register: (name) => idSourceSuite({ name, open: async () => ({ next: <T extends string>() => formOnly() as T }) }),
  },
  {
    suite: 'randomSuite',
    fault: 'random bytes in a buffer that is used again',
    caughtBy: 'belong to the caller',
    register: (name) =>
      randomSuite({
        name,
        open: async () => ({
          bytes: (length) => {
            shared.set(cryptoRandom.bytes(length))
            return shared.subarray(0, length)
          },
        }),
      }),
  },
  {
    suite: 'timersSuite',
    fault: 'a sleep of 0 that does not wait',
    caughtBy: 'let everything that is ready run',
    register: (name) => timersSuite({ name, open: async () => ({ ...systemTimers, sleep: (ms) => (ms > 0 ? systemTimers.sleep(ms) : Promise.resolve()) }) }),
  },
]
