import type { RedisServer } from '@cartwright/adapters-redis'
import type { StrategyName, Timing } from '@cartwright/core'
import type { PlantName } from '../planted/plants.ts'
import type { TaskName, TaskParams, TaskResult } from './tasks/all-tasks.ts'

/** How a process opens the shop. Plain data: it crosses a process boundary. */
export interface ShopSetup {
  readonly file: string
  /** The address of the Postgres database that the shop is kept in instead of the file. */
  readonly postgres?: string
  /** Where the shop's active carts live, if not only in its database. */
  readonly carts?: { readonly server: RedisServer; readonly prefix: string; readonly copyEveryMs?: number }
  /** Where admission counts for the SKU `HOT`, if anywhere. */
  readonly admission?: { readonly server: RedisServer; readonly prefix: string }
  readonly bankUrl: string
  /** The Stripe that is paid through instead of the bank, by its own library. */
  readonly stripe?: { readonly host: string; readonly port: number; readonly apiKey: string; readonly webhookSecret: string; readonly requestTimeoutMs: number }
  readonly timing: Partial<Timing>
  readonly plant: PlantName | null
  /** How stock is reserved. */
  readonly strategy: StrategyName
  /** What the storage is opened with beside its file; for cases that starve it. */
  readonly storage: {
    readonly readers?: number
    readonly busyDeadlineMs?: number
    /** By how many pages the file may grow from now on, as if the disk were full then. */
    readonly sparePages?: number
  }
  /** How far the process's clock is off, if it goes by its own and not by the database's. */
  readonly clockSkewMs?: number
  /** How far the clock of the process's machine is off; the shop's own is the database's then, unless `clockSkewMs` is given. */
  readonly wallSkewMs?: number
}

/** What one process does in a race. */
export interface RacerSetup<Name extends TaskName = TaskName> {
  readonly shop: ShopSetup
  /** Decides the process's delays and choices. */
  readonly seed: number
  /** Whether random delays stand at the steps of a purchase. */
  readonly delays: boolean
  /** Kill the process at the n-th step it passes, counting from 1; null for never. */
  readonly killAtStep: number | null
  /** How long the callers repeat what is retryable. @default 60 seconds */
  readonly patienceMs?: number
  readonly task: Name
  readonly params: TaskParams<Name>
}

/** What a process has to say at its end. */
export interface RacerResult<Name extends TaskName = TaskName> {
  readonly results: TaskResult<Name>
  /** Errors that spoke of a locked database. */
  readonly busy: readonly string[]
}
