import type { StrategyName } from '@cartwright/core'
import type { LoadShapes } from '../load-shapes/load-shapes.ts'
import type { ShopOptions } from '../open-shop.ts'
import type { Goods } from './goods.ts'

export const scenarioNames = ['browse', 'search', 'checkout', 'flash-sale'] as const

export type ScenarioName = (typeof scenarioNames)[number]

/** Whether the scenario buys anything. */
export function isBuying(scenario: ScenarioName): boolean {
  return scenario === 'checkout' || scenario === 'flash-sale'
}

/**
 * Who makes the load.
 *
 * - `clients`: so many buyers, each of whom waits for an answer, pauses and goes on. A slow shop slows them down.
 * - `rate`: visits begin at random moments, so many a second, whether or not earlier ones were answered.
 */
export type Arrival = { readonly type: 'clients'; readonly clients: number } | { readonly type: 'rate'; readonly perSecond: number }

/** When the load ends; the first of these that comes. */
export interface LoadLimits {
  readonly durationMs: number | null
  /** Measured operations. A visit under way is finished. */
  readonly operations: number | null
  /** Visits to make altogether: the buyers of a flash sale. */
  readonly visits: number | null
}

/** What one process of a load test does. Plain data: it crosses a process boundary. */
export interface LoadSpec {
  readonly shop: ShopOptions
  readonly scenario: ScenarioName
  /** Names this run's buyers and goods, so that nothing of another run is counted. */
  readonly run: string
  readonly seed: number
  /** This process, from 0 up. */
  readonly process: number
  readonly processes: number
  /** Of all processes together. */
  readonly arrival: Arrival
  /** Of all processes together. */
  readonly limits: LoadLimits
  /** What the measured pauses between visits are multiplied by; 0 for none. */
  readonly thinkFactor: number
  readonly shapes: LoadShapes
  readonly goods: Goods
  readonly strategy: StrategyName | null
  readonly bankUrl: string
}

/** What the payments of a run name as their provider. Another run has another bank, which knows nothing of them. */
export function bankName(run: string): string {
  return `loadtest-${run}`
}

/** The operation that spans a whole purchase: its latency is the sum of others. */
export const wholePurchase = 'purchase'

/** How long a buyer repeats what may be repeated, and how long visits that should have begun may wait after the load's end. */
export const patienceMs = 60_000

/** The part of a whole that falls to one of several processes; the first ones take what does not divide. */
export function shareOf(whole: number, { process, processes }: Pick<LoadSpec, 'process' | 'processes'>): number {
  return Math.floor(whole / processes) + (process < whole % processes ? 1 : 0)
}
