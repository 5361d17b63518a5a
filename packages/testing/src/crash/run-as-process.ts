import type { ShopStep, StepProbe } from '@cartwright/core'
import { killProbe } from './kill-probe.ts'
import type { FromProcess, ToProcess } from './process-messages.ts'

/** A process that `startProcess` has started, from its own side. */
export interface ProcessScope<Setup> {
  /** What `startProcess` was given. */
  readonly setup: Setup
  /** For `createCommerce({ probe })`: kills this process at the step asked for. */
  readonly probe: StepProbe
  /** Says that everything is open, and waits to be let go. */
  ready(): Promise<void>
  /** Tells the parent of something that must survive this process. Plain data. */
  report(progress: unknown): void
  /** Whether the parent has called it off. */
  isStopped(): boolean
}

/**
 * What a script does that is started by `startProcess`. Its result, plain data, goes to the parent, and the process ends; so it does when the parent has died.
 *
 * @example
 * runAsProcess<{ file: string }>(async ({ setup, probe, ready }) => {
 *   const commerce = await createCommerce({ storage: sqliteStorage({ file: setup.file }), currency: 'USD', probe })
 *   await ready()
 *   …
 *   await commerce.close()
 * })
 */
export function runAsProcess<Setup>(work: (scope: ProcessScope<Setup>) => Promise<unknown>): void {
  const go = Promise.withResolvers<void>()
  const steps: ShopStep[] = []
  let stopped = false
  const run = async (setup: Setup, killAtStep: number | null) => {
    const ready = () => {
      tell({ type: 'ready' })
      return go.promise
    }
    const report = (progress: unknown) => tell({ type: 'progress', progress })
    const result = await work({ setup, probe: killProbe(steps, killAtStep), ready, report, isStopped: () => stopped })
    tell({ type: 'done', result, steps }, () => process.disconnect())
  }
  process.on('message', (message: ToProcess) => {
    if (message.type === 'go') go.resolve()
    if (message.type === 'stop') stopped = true
    if (message.type !== 'open') return
    run(message.setup as Setup, message.killAtStep).catch((error: unknown) => {
      tell({ type: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) }, () => process.disconnect())
    })
  })
  // Whoever started it is gone: nobody can call it off any more.
  process.once('disconnect', () => process.exit())
}

/** @param sent - called once the message is on its way: what is sent before the channel is closed may be lost, if it is long. */
function tell(message: FromProcess, sent: () => void = () => {}): void {
  if (process.send === undefined) throw new Error('runAsProcess works in a process that startProcess has started')
  process.send(message, undefined, undefined, sent)
}
