import { InvalidArgumentError } from 'commander'
import { type Objective, parseObjective } from './objectives.ts'

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const

/** `30s`, `500ms`, `5m`, `1h` in milliseconds. @throws InvalidArgumentError */
export function parseDuration(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? []
  const ms = digits === undefined ? Number.NaN : Math.round(Number(digits) * unitMs[unit as keyof typeof unitMs])
  // A timer of Node's takes no longer ones.
  if (ms >= 0 && ms <= 2 ** 31 - 1) return ms
  throw new InvalidArgumentError('It must be a time such as 30s, 500ms, 5m or 1h.')
}

/** `200/s`, or `200`, in visits a second. @throws InvalidArgumentError */
export function parseRate(text: string): number {
  const [, digits] = /^(\d+(?:\.\d+)?)(?:\/s)?$/.exec(text) ?? []
  const rate = Number(digits)
  if (rate > 0 && rate <= 1_000_000) return rate
  throw new InvalidArgumentError('It must be a rate such as 200/s, up to 1000000/s.')
}

/** A number from 0 to 1000. @throws InvalidArgumentError */
export function parseFactor(text: string): number {
  const factor = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (factor <= 1_000) return factor
  throw new InvalidArgumentError('It must be a number from 0 to 1000.')
}

/** One more objective. @throws InvalidArgumentError */
export function addObjective(text: string, earlier: readonly Objective[] = []): readonly Objective[] {
  return [...earlier, parseObjective(text)]
}
