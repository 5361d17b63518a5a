import type { StrategyName } from '@cartwright/core'
import type { LoadShapes } from '../load-shapes/load-shapes.ts'
import type { ShopOptions } from '../open-shop.ts'
import type { Arrival, LoadLimits, ScenarioName } from './load-spec.ts'
import type { Objective } from './objectives.ts'

/** A load test as it was asked for. */
export interface LoadPlan {
  readonly shop: ShopOptions
  readonly scenario: ScenarioName
  readonly seed: number
  readonly processes: number
  readonly arrival: Arrival
  readonly limits: LoadLimits
  /** Whole seconds at the start that are drawn but not counted. */
  readonly warmUpSeconds: number
  readonly thinkFactor: number
  readonly shapes: LoadShapes
  /** Units to put on sale, where the load test does so; null for its default. */
  readonly stock: number | null
  /** Null for what the shop is configured with. */
  readonly strategy: StrategyName | null
  readonly objectives: readonly Objective[]
}

/** What the command line says; what is left out is chosen to suit the scenario. */
export interface LoadRequest {
  readonly scenario: ScenarioName
  readonly durationMs?: number
  readonly operations?: number
  readonly buyers?: number
  readonly clients?: number
  readonly rate?: number
  readonly warmUpMs?: number
  readonly think?: number
  readonly stock?: number
}

const defaultDurationMs = 30_000
const defaultClients = 32
/** On sale in a flash sale. */
export const defaultHotUnits = 100
const buyersPerUnit = 20
const maxDefaultWarmUpSeconds = 5
/** The measured pauses have a median of half a minute, so that one client stands for a hundred buyers. */
const defaultThinkFactor = 0.01

type ChosenFields = 'arrival' | 'limits' | 'warmUpSeconds' | 'thinkFactor' | 'stock'

/** Chooses what was left open. A flash sale ends when every buyer has had a turn, and its buyers do not hesitate. */
export function chooseLoad(request: LoadRequest): Pick<LoadPlan, ChosenFields> {
  const isFlashSale = request.scenario === 'flash-sale'
  const visits = isFlashSale ? (request.buyers ?? buyersPerUnit * (request.stock ?? defaultHotUnits)) : null
  const operations = request.operations ?? null
  const durationMs = request.durationMs ?? (operations === null && visits === null ? defaultDurationMs : null)
  const isTimed = durationMs !== null && operations === null && !isFlashSale
  const defaultWarmUp = isTimed ? Math.min(maxDefaultWarmUpSeconds, Math.floor(durationMs / 10_000)) : 0
  return {
    arrival: request.rate === undefined ? { type: 'clients', clients: request.clients ?? defaultClients } : { type: 'rate', perSecond: request.rate },
    limits: { durationMs, operations, visits },
    warmUpSeconds: request.warmUpMs === undefined ? defaultWarmUp : Math.ceil(request.warmUpMs / 1_000),
    thinkFactor: request.think ?? (isFlashSale ? 0 : defaultThinkFactor),
    stock: request.stock ?? null,
  }
}
