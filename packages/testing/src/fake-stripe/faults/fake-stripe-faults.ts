/** Milliseconds, from the least to the most. */
export interface Span {
  readonly min: number
  readonly max: number
}

/** What can go wrong with one request. */
export type RequestFault =
  /** The connection is cut before anything is done. */
  | 'reset_before'
  /** The connection is cut when all is done: the answer is lost. */
  | 'reset_after'
  /** 429, nothing done, the key free. */
  | 'rate_limited'
  /** 409, as while another request holds the key; nothing done, the key free. */
  | 'conflict'
  /** 503, nothing done, the key free. */
  | 'unavailable'
  /** 500, nothing done. Repeating the key gets the same 500. */
  | 'error_before'
  /** 500 although all is done. Repeating the key gets the same 500. */
  | 'error_after'
  /** Nothing is done, and no answer ever comes. */
  | 'hang_before'
  /** All is done, and no answer ever comes. */
  | 'hang_after'

/** What goes wrong by chance, each a probability from 0 to 1; the seed decides when. @default 0 each */
export interface FakeStripeFaults {
  readonly requests?: Readonly<Partial<Record<RequestFault, number>>>
  /** How slow the answers are that are slow. While one waits, it holds its idempotency key. */
  readonly latency?: { readonly probability: number; readonly ms: Span }
  readonly webhooks?: WebhookFaults
}

export interface WebhookFaults {
  /** The same event once more. */
  readonly duplicate?: number
  /** The same change told by two events of different ids. */
  readonly twin?: number
  /** An event is overtaken by the one behind it. */
  readonly reorder?: number
  /** An event waits before it is sent. */
  readonly delay?: { readonly probability: number; readonly ms: Span }
  /** An event never arrives, however often it is tried. */
  readonly drop?: number
  /** An event arrives before the answer to the request that made it. */
  readonly beforeAnswer?: number
}

/** Every fault of a request, in the order in which they are drawn. */
export const requestFaults = [
  'reset_before',
  'rate_limited',
  'conflict',
  'unavailable',
  'hang_before',
  'error_before',
  'error_after',
  'reset_after',
  'hang_after',
] as const satisfies readonly RequestFault[]
