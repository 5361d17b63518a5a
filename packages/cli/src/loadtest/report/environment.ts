import { availableParallelism, cpus, totalmem } from 'node:os'
import manifest from '../../../package.json' with { type: 'json' }
import type { LoadPlan } from '../load-plan.ts'
import type { LoadOutcome } from '../run-load-test.ts'

/** What the figures hang on, as names and values. */
export function describeEnvironment(
  plan: LoadPlan,
  { engine, result }: Pick<LoadOutcome, 'engine' | 'result'>,
): readonly (readonly [name: string, value: string])[] {
  const { arrival, limits, processes, seed, strategy, thinkFactor, warmUpSeconds } = plan
  return [
    ['Cartwright', manifest.version],
    ['Node', process.version],
    ['platform', `${process.platform} ${process.arch}`],
    ['processors', `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown'}`],
    ['memory', `${(totalmem() / 2 ** 30).toFixed(1)} GiB`],
    ['engine', engine],
    ['strategy', strategy ?? 'as configured'],
    ['load', arrival.type === 'rate' ? `open, ${arrival.perSecond} visits/s` : `closed, ${arrival.clients} clients`],
    ['pauses', arrival.type === 'rate' ? 'none: visits come by the rate' : `${thinkFactor} of the measured ones`],
    ['processes', String(processes)],
    ['limits', limitsInWords(limits)],
    ['warm-up', `${warmUpSeconds} s`],
    ['ended early', result.interrupted ? 'yes' : 'no'],
    ['seed', String(seed)],
  ]
}

function limitsInWords({ durationMs, operations, visits }: LoadPlan['limits']): string {
  const parts = [
    ...(durationMs === null ? [] : [`${durationMs / 1_000} s`]),
    ...(operations === null ? [] : [`${operations.toLocaleString('en-US')} calls`]),
    ...(visits === null ? [] : [`${visits.toLocaleString('en-US')} buyers`]),
  ]
  return parts.join(' or ')
}
