import type { PaymentIntent } from './stripe-objects.ts'

/** A payment intent as it was from a moment on. */
interface IntentVersion {
  readonly atMs: number
  readonly intent: PaymentIntent
}

/** A field of the metadata and what it holds, upper and lower case alike. */
export interface MetadataValue {
  readonly key: string
  readonly value: string
}

/** What Stripe's search knows of payment intents: late, as they were some time ago. */
export class SearchIndex {
  /** In the order in which they were first shown. */
  readonly #shown = new Map<string, { readonly place: number; readonly intent: PaymentIntent }>()
  /** The ids of the intents that have, or had, such a value: most searches are for one payment among all. */
  readonly #byMetadata = new Map<string, Set<string>>()
  /** Changes that are not shown yet, oldest first. */
  #waiting: IntentVersion[] = []

  /** Takes note of an intent as it is now. */
  note(atMs: number, intent: PaymentIntent): void {
    this.#waiting.push({ atMs, intent: structuredClone(intent) })
  }

  /** Intents as they were then, in the order in which they were made: all, or some among which are all that have this value. */
  shownAt(ms: number, value?: MetadataValue): readonly PaymentIntent[] {
    const first = this.#waiting.findIndex(({ atMs }) => atMs > ms)
    const due = first === -1 ? this.#waiting : this.#waiting.slice(0, first)
    for (const { intent } of due) this.#show(intent)
    if (due.length > 0) this.#waiting = first === -1 ? [] : this.#waiting.slice(first)
    const entries =
      value === undefined ? [...this.#shown.values()] : [...(this.#byMetadata.get(nameOf(value)) ?? [])].flatMap((id) => this.#shown.get(id) ?? [])
    return entries.sort((one, other) => one.place - other.place).map(({ intent }) => intent)
  }

  #show(intent: PaymentIntent): void {
    this.#shown.set(intent.id, { place: this.#shown.get(intent.id)?.place ?? this.#shown.size, intent })
    for (const [key, value] of Object.entries(intent.metadata)) {
      const name = nameOf({ key, value })
      this.#byMetadata.set(name, (this.#byMetadata.get(name) ?? new Set()).add(intent.id))
    }
  }
}

function nameOf({ key, value }: MetadataValue): string {
  return JSON.stringify([key, value.toLowerCase()])
}
