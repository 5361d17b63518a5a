/** What a viewer looks at, and for how long. */
export interface ViewerSetup {
  readonly database: { readonly file: string } | { readonly url: string }
  /** The shared level; none by default. */
  readonly redis?: { readonly url: string; readonly prefix: string }
  readonly handle: string
  /** Hears of no change of a product. */
  readonly deaf: boolean
  /** How many seconds, by its own timers, it goes on looking after it was let go; once a second. */
  readonly seconds: number
  /** Ends sooner, once it has seen this price. */
  readonly until?: number
  /** How long it really waits before each look, in ms. */
  readonly pauseMs: number
}

/** A price, and after how many ms by its timers it was shown. */
export interface Seen {
  readonly atMs: number
  readonly amountMinor: number | undefined
}
