import type { PaymentIntent } from './stripe-objects.ts'

/** A payment intent as it was from a moment on. */
interface IntentVersion {
  readonly atMs: number
  readonly intent: PaymentIntent
}

/** What Stripe's search knows of payment intents: late, as they were some time ago. */
export class SearchIndex {
  readonly #shown = new Map<string, PaymentIntent>()
  /** Changes that are not shown yet, oldest first. */
  #waiting: IntentVersion[] = []

  /** Takes note of an intent as it is now. */
  note(atMs: number, intent: PaymentIntent): void {
    this.#waiting.push({ atMs, intent: structuredClone(intent) })
  }

  /** Every intent as it was then, in the order in which they were made. */
  shownAt(ms: number): readonly PaymentIntent[] {
    const first = this.#waiting.findIndex(({ atMs }) => atMs > ms)
    const due = first === -1 ? this.#waiting : this.#waiting.slice(0, first)
    for (const { intent } of due) this.#shown.set(intent.id, intent)
    if (due.length > 0) this.#waiting = first === -1 ? [] : this.#waiting.slice(first)
    return [...this.#shown.values()]
  }
}
