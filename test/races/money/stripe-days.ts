import type { SeededRandom } from '@cartwright/testing'
import type { FakeStripe } from '@cartwright/testing/stripe'

/** How often each thing happened at Stripe that no shop had asked for. */
export interface Deeds {
  readonly approved: number
  readonly refusedBySelf: number
  readonly abandoned: number
  readonly debitsPaid: number
  readonly debitsFailed: number
  readonly dashboardRefunds: number
  readonly refundsHeld: number
  readonly refundsSettled: number
  readonly refundsFailed: number
  readonly disputesOpened: number
  readonly disputesWon: number
  readonly disputesLost: number
  /** What could no longer be done when its time had come. */
  readonly tooLate: number
}

interface Planned {
  readonly dueMs: number
  readonly deed: keyof Deeds
  readonly act: () => unknown
}

type StripeObject = { readonly id: string; readonly amount: number; readonly status?: string; readonly metadata?: object }

/**
 * What buyers, banks and staff in the dashboard do: follows Stripe's events, draws what comes of each, and does it a little later. What can no longer be done by then, as
 * approving a payment that the shop has called off, is left.
 */
export class StripeDays {
  readonly #stripe: FakeStripe
  readonly #random: SeededRandom
  readonly #counts: Record<keyof Deeds, number> = {
    approved: 0,
    refusedBySelf: 0,
    abandoned: 0,
    debitsPaid: 0,
    debitsFailed: 0,
    dashboardRefunds: 0,
    refundsHeld: 0,
    refundsSettled: 0,
    refundsFailed: 0,
    disputesOpened: 0,
    disputesWon: 0,
    disputesLost: 0,
    tooLate: 0,
  }
  #seen = 0
  #planned: Planned[] = []
  readonly #touched = new Set<string>()

  constructor(stripe: FakeStripe, random: SeededRandom) {
    this.#stripe = stripe
    this.#random = random
  }

  get deeds(): Deeds {
    return { ...this.#counts }
  }

  /** Does what is due. */
  step(): void {
    this.#look()
    const now = Date.now()
    const due = this.#planned.filter(({ dueMs }) => dueMs <= now)
    this.#planned = this.#planned.filter(({ dueMs }) => dueMs > now)
    for (const planned of due) this.#do(planned)
  }

  /** Does all that is planned, and what follows from it, at once. */
  finish(): void {
    for (this.#look(); this.#planned.length > 0; this.#look()) {
      const all = this.#planned
      this.#planned = []
      for (const planned of all) this.#do(planned)
    }
  }

  #do({ deed, act }: Planned): void {
    try {
      act()
      this.#counts[deed] += 1
    } catch (error) {
      // The fake says so of what cannot happen any more; anything else is a fault of this file.
      if (!(error instanceof Error) || error instanceof TypeError) throw error
      this.#counts.tooLate += 1
    }
  }

  #look(): void {
    const events = this.#stripe.events()
    for (; this.#seen < events.length; this.#seen += 1) {
      const event = events[this.#seen]
      if (event === undefined) continue
      const object = event.data.object as StripeObject
      // A change that two events tell of is one.
      const change = `${event.type} ${object.id}`
      if (this.#touched.has(change)) continue
      this.#touched.add(change)
      this.#follow(event.type, object)
    }
  }

  #follow(type: string, object: StripeObject): void {
    const { id, amount, status } = object
    if (type === 'payment_intent.requires_action') this.#ask(id)
    if (type === 'payment_intent.processing') this.#decideDebit(id)
    if (type === 'payment_intent.succeeded') this.#afterwards(id, amount)
    if (type === 'refund.created') this.#decideRefund(id, status === 'pending', this.#isOurs(object))
    if (type === 'charge.dispute.created') {
      const outcome = this.#random.pick(['won', 'lost'] as const)
      this.#plan(outcome === 'won' ? 'disputesWon' : 'disputesLost', () => this.#stripe.closeDispute(id, outcome))
    }
  }

  #isOurs({ metadata = {} }: StripeObject): boolean {
    return Object.hasOwn(metadata, 'cartwright_refund_id')
  }

  #ask(id: string): void {
    const lot = this.#random.integer(1, 100)
    if (lot <= 60) this.#plan('approved', () => this.#stripe.completeAction(id, 'succeed'))
    else if (lot <= 75) this.#plan('refusedBySelf', () => this.#stripe.completeAction(id, 'fail'))
    else this.#counts.abandoned += 1
  }

  #decideDebit(id: string): void {
    const pays = this.#random.integer(1, 100) <= 70
    this.#plan(pays ? 'debitsPaid' : 'debitsFailed', () => this.#stripe.settleProcessing(id, pays ? 'succeed' : 'fail'))
  }

  #afterwards(id: string, amount: number): void {
    const lot = this.#random.integer(1, 100)
    if (lot <= 5) this.#plan('refundsHeld', () => this.#stripe.holdRefunds(id, 'pending'))
    if (lot > 4 && lot <= 9) this.#plan('dashboardRefunds', () => this.#stripe.refundInDashboard(id, this.#random.integer(1, amount)))
    if (lot > 9 && lot <= 14) this.#plan('disputesOpened', () => this.#stripe.openDispute(id))
  }

  #decideRefund(id: string, waits: boolean, isOurs: boolean): void {
    const fails = !isOurs && this.#random.integer(1, 100) <= 20
    if (fails) this.#plan('refundsFailed', () => this.#stripe.failRefund(id))
    else if (waits) this.#plan('refundsSettled', () => this.#stripe.settleRefund(id))
  }

  #plan(deed: keyof Deeds, act: () => unknown): void {
    this.#planned.push({ dueMs: Date.now() + this.#random.integer(20, 1_500), deed, act })
  }
}
