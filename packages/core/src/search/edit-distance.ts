/** How many letters must be changed, added, left out or swapped with their neighbour to make one word of another; `limit` + 1 when it is more than `limit`. */
export function editDistance(one: string, other: string, limit: number): number {
  const [from, to] = [[...one], [...other]]
  if (Math.abs(from.length - to.length) > limit) return limit + 1
  let beforeLast: readonly number[] = []
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1]
      const changed = at(last, column - 1) + (same ? 0 : 1)
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      const swapped = isSwap ? at(beforeLast, column - 2) + 1 : changed
      current.push(Math.min(changed, swapped, at(last, column) + 1, at(current, column - 1) + 1))
    }
    if (Math.min(...current) > limit) return limit + 1
    beforeLast = last
    last = current
  }
  return Math.min(at(last, to.length), limit + 1)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
