import type { ShopStep } from '@cartwright/core'

export type ToProcess =
  | { readonly type: 'open'; readonly setup: unknown; readonly killAtStep: number | null }
  | { readonly type: 'go' }
  | { readonly type: 'stop' }

export type FromProcess =
  | { readonly type: 'ready' }
  /** Something done that must survive the process, told as it happens. */
  | { readonly type: 'progress'; readonly progress: unknown }
  | { readonly type: 'done'; readonly result: unknown; readonly steps: readonly ShopStep[] }
  | { readonly type: 'failed'; readonly message: string }
