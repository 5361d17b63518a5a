/** A whole in the unit of rates: 100 % with six decimals. */
const whole = 100_000_000n

/** What becomes of exactly half a minor unit: `up`, `down`, or to the `even` neighbour. */
export type Halves = 'up' | 'down' | 'even'

/** A tax as it applies to something: `weight` / `scale` of the place is its share of the net amount. */
export interface AppliedTax {
  readonly name: string
  /** As it was given, e.g. `9.975`. */
  readonly rate: string
  readonly weight: bigint
}

/** The denominator that the weights of so many taxes share. */
export function scaleOf(taxes: number): bigint {
  return whole ** BigInt(taxes)
}

/** A percentage with at most six decimals, exactly. */
function rateOf(percent: string): bigint {
  const [units = '', decimals = ''] = percent.split('.')
  return BigInt(units + decimals.padEnd(6, '0'))
}

/**
 * The weight of each tax, in the order in which they apply: a compound one is also due on the taxes before it.
 *
 * @param scale - of at least as many taxes; every division by the unit of rates is then exact.
 */
export function weigh(taxes: readonly { readonly name: string; readonly rate: string; readonly compound: boolean }[], scale: bigint): AppliedTax[] {
  let taxed = scale
  return taxes.map(({ name, rate, compound }) => {
    const weight = ((compound ? taxed : scale) * rateOf(rate)) / whole
    taxed += weight
    return { name, rate, weight }
  })
}

/** `numerator` / `denominator` to the nearest whole number, both ≥ 0. */
export function divideRounded(numerator: bigint, denominator: bigint, halves: Halves): bigint {
  const quotient = numerator / denominator
  const twice = (numerator % denominator) * 2n
  if (twice !== denominator) return twice > denominator ? quotient + 1n : quotient
  return halves === 'up' || (halves === 'even' && quotient % 2n === 1n) ? quotient + 1n : quotient
}
