import type { LoadSpec } from './load-spec.ts'
import type { SecondCount } from './recorder.ts'
import type { SalesCount } from './sales.ts'

/** `go` begins the load, `stop` lets no further visit begin. */
export type ToWorker = { readonly type: 'open'; readonly spec: LoadSpec } | { readonly type: 'go' } | { readonly type: 'stop' }

/** What a process has counted since it last told. */
export interface WorkerProgress {
  readonly seconds: readonly SecondCount[]
  /** Units of confirmed orders since the load began. */
  readonly confirmedUnits: number
  /** Visits that have been decided, since the load began. */
  readonly visits: number
}

export type FromWorker =
  /** The shop is open and everything is warm. */
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly progress: WorkerProgress }
  | { readonly type: 'done'; readonly progress: WorkerProgress; readonly sales: SalesCount }
  | { readonly type: 'failed'; readonly message: string }
