import type { Program } from './debian.ts'
import type { Place } from './place.ts'

/** A server that `npm run services` runs. */
export interface Service {
  /** Names its port, its log and its folder. */
  readonly name: string
  readonly programs: readonly Program[]
  /** What it listens on besides its own port, by names of their own. */
  readonly morePorts?: readonly string[]
  /** Ends it soon, with everything written. */
  readonly stopSignal: NodeJS.Signals
  /** Makes its data and settings unless they are there. The services before it in the list are running. */
  prepare(place: Place): void
  /** The program and its arguments; it stays in the foreground. */
  command(place: Place): readonly string[]
  /** What has to be done once it answers before it is ready; asked for until it is. */
  complete?(place: Place): void
  /** Whether it answers. */
  isReady(place: Place): boolean
  /** The environment variables by which tests find it. */
  variables(place: Place): Readonly<Record<string, string>>
}
