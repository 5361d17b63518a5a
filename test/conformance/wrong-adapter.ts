/** An implementation with one deliberate fault, under the suite that must not let it pass. */
export interface WrongAdapter {
  /** The exported function, e.g. `stockSuite`. */
  readonly suite: string
  /** What is wrong with it; the suite's heading begins with it. */
  readonly fault: string
  /** How the title of a test begins that fails because of it. */
  readonly caughtBy: string
  /** Registers the suite on it. */
  readonly register: (name: string) => void
}
