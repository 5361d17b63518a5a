import { frozen } from './frozen.ts'

/**
 * How values of one kind are written for other processes: not as objects, whose names would be in every text and be parsed every time, but as one flat list of
 * cells. What a cell holds is told by its place alone, so that texts of another order must never be read: see `format` of the shared cache.
 */
export interface Packing<T> {
  /** Its cells, each of which JSON can carry. */
  readonly pack: (value: T) => readonly unknown[]
  /** The value, frozen; takes as many cells as `pack` has made of it. */
  readonly unpack: (cells: Cells) => T
}

/** The cells of a text, taken one after the other in the order in which they were packed. */
export class Cells {
  readonly #cells: readonly unknown[]
  #next = 0

  constructor(cells: readonly unknown[]) {
    this.#cells = cells
  }

  /** The next one, which is what was packed there: a text, a number, a boolean or null. */
  take<T extends string | number | boolean | null>(): T {
    return this.#cells[this.#next++] as T
  }

  /** The next one, a list or an object that was packed as it is. */
  takeWhole<T extends object | null>(): T {
    return frozen(this.#cells[this.#next++] as T)
  }

  takeDate(): Date {
    return new Date(this.take<number>())
  }

  /** A list that `packedList` has made. */
  takeList<T>(unpack: (cells: Cells) => T): readonly T[] {
    const list: T[] = []
    for (let left = this.take<number>(); left > 0; left -= 1) list.push(unpack(this))
    return Object.freeze(list)
  }
}

/** The number of parts, and the cells of each. */
export function packedList<T>(parts: readonly T[], pack: (part: T) => readonly unknown[]): readonly unknown[] {
  return [parts.length, ...parts.flatMap(pack)]
}

/** For what is rarely asked for: one cell, in which it lies as it is. */
export function packedWhole<T extends object>(): Packing<T> {
  return { pack: (value) => [value], unpack: (cells) => cells.takeWhole<T>() }
}
