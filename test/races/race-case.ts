import type { StrategyName } from '@cartwright/core'
import type { PlantName } from '../planted/plants.ts'
import { type Arena, type ArenaOptions, type EngineName, openArena } from './arena.ts'
import { type Judgement, judge } from './judge.ts'

export interface CaseOptions {
  readonly seed: number
  /** `small` runs with the tests, `full` by `npm run torture`. */
  readonly size: 'small' | 'full'
  /** A fault that the case must catch. */
  readonly plant?: PlantName
  /** How stock is reserved. @default 'conditional' */
  readonly strategy?: StrategyName
  /** What the shop is kept in. @default 'sqlite' */
  readonly engine?: EngineName
  /** Where active carts live. @default in the database */
  readonly carts?: ArenaOptions['carts']
  /** Where admission counts, in front of the strategy. @default nowhere */
  readonly admission?: ArenaOptions['admission']
}

/** How a case ended. */
export interface CaseResult {
  readonly ok: boolean
  readonly case: string
  readonly seed: number
  readonly strategy: StrategyName
  readonly oversold: number
  readonly undersold: number
  readonly orphanCents: number
  readonly audit: { readonly violations: number }
  /** All that was wrong, in words. */
  readonly problems: readonly string[]
  /** What happened, counted, where a case has that to say. */
  readonly report?: Readonly<Record<string, number>>
}

export interface Finding {
  readonly undersold?: number
  readonly problems: readonly string[]
}

/** How many processes race in every case. */
export const processes = 4

/** Runs a case in an arena of its own: the race, then the judgement, then what the case itself has to say. */
export async function runCase(
  name: string,
  options: CaseOptions,
  arenaOptions: Pick<ArenaOptions, 'supply' | 'bundles' | 'timing' | 'storage' | 'database'>,
  fight: (arena: Arena) => Promise<(judgement: Judgement) => Finding>,
): Promise<CaseResult> {
  const arena = await openArena({ ...shared(options), ...arenaOptions })
  try {
    const findings = await fight(arena)
    const judgement = await judge(arena)
    return caseResult(name, options, [judgement], [findings(judgement)])
  } finally {
    await arena.dispose()
  }
}

/** What every arena of a case has in common. */
export function shared({ seed, plant, strategy = 'conditional', engine = 'sqlite', carts, admission }: CaseOptions) {
  return { seed, plant: plant ?? null, strategy, engine, carts, admission }
}

/** Adds up what was found in one or more arenas. */
export function caseResult(
  name: string,
  { seed, strategy = 'conditional' }: CaseOptions,
  judgements: readonly Judgement[],
  findings: readonly Finding[],
): CaseResult {
  const sum = (pick: (judgement: Judgement) => number) => judgements.reduce((total, judgement) => total + pick(judgement), 0)
  const oversold = sum((judgement) => judgement.oversold)
  const undersold = findings.reduce((total, finding) => total + (finding.undersold ?? 0), 0)
  const orphanCents = sum((judgement) => judgement.orphanCents)
  const violations = sum((judgement) => judgement.violations)
  const problems = [...judgements.flatMap((judgement) => judgement.problems), ...findings.flatMap((finding) => finding.problems)]
  const ok = oversold === 0 && undersold === 0 && orphanCents === 0 && violations === 0 && problems.length === 0
  return { ok, case: name, seed, strategy, oversold, undersold, orphanCents, audit: { violations }, problems: problems.slice(0, 20) }
}

/** One result of a case that has several parts. */
export function merged(options: CaseOptions, results: readonly CaseResult[]): CaseResult {
  const sum = (pick: (result: CaseResult) => number) => results.reduce((total, result) => total + pick(result), 0)
  return {
    ok: results.every(({ ok }) => ok),
    case: results[0]?.case ?? '',
    seed: options.seed,
    strategy: options.strategy ?? 'conditional',
    oversold: sum(({ oversold }) => oversold),
    undersold: sum(({ undersold }) => undersold),
    orphanCents: sum(({ orphanCents }) => orphanCents),
    audit: { violations: sum(({ audit }) => audit.violations) },
    problems: results.flatMap(({ problems }) => problems),
  }
}

/** Shares items out over the processes, as evenly as they go. */
export function dealt<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: processes }, (_, process) => items.filter((_item, index) => index % processes === process))
}
