import { type ChildProcess, fork } from 'node:child_process'
import type { ShopStep } from '@cartwright/core'
import type { FromProcess, ToProcess } from './process-messages.ts'

export interface StartProcessOptions {
  /** The module to run: one that calls `runAsProcess`. */
  readonly script: string | URL
  /** What it is told to do. Plain data. */
  readonly setup: unknown
  /** Kill it with SIGKILL at the n-th step of a purchase that it passes, counted from 1. @default never */
  readonly killAtStep?: number | null
  /** Flags for Node. @default those of this process */
  readonly execArgv?: readonly string[]
  /** @default the environment of this process */
  readonly env?: NodeJS.ProcessEnv
  /** Hears what it reports on its way. */
  readonly onProgress?: (progress: unknown) => void
}

/** How a process ended: with its result and the steps it had passed, or killed. */
export type ProcessEnd<Result> = { readonly result: Result; readonly steps: readonly ShopStep[] } | 'killed'

/** A process, from the side of whoever started it. */
export interface RunningProcess<Result> {
  /** It has opened everything and waits to be let go, or has ended. */
  readonly ready: Promise<void>
  /** How it ended; `killed` when it died of SIGKILL. Rejects when it failed. */
  readonly end: Promise<ProcessEnd<Result>>
  go(): void
  /** Calls it off: it sees so by `isStopped`. */
  stop(): void
  /** Kills it with SIGKILL, wherever it stands. */
  kill(): void
}

/**
 * Starts a process of a test, to be let go together with others and to be killed at a moment of the test's choosing.
 *
 * @typeParam Result - what the script's `runAsProcess` resolves to; not checked.
 */
export function startProcess<Result>({ script, setup, killAtStep = null, execArgv, env, onProgress }: StartProcessOptions): RunningProcess<Result> {
  const child: ChildProcess = fork(script, [], {
    ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }),
    ...(env === undefined ? {} : { env }),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ready = Promise.withResolvers<void>()
  const end = Promise.withResolvers<ProcessEnd<Result>>()
  child.on('message', (message: FromProcess) => {
    if (message.type === 'ready') ready.resolve()
    if (message.type === 'progress') onProgress?.(message.progress)
    if (message.type === 'failed') end.reject(new Error(`a process failed: ${message.message}`))
    if (message.type === 'done') end.resolve({ result: message.result as Result, steps: message.steps })
  })
  child.on('exit', (code, signal) => {
    ready.resolve()
    if (signal === 'SIGKILL') end.resolve('killed')
    else end.reject(new Error(`a process ended early: code ${code}, signal ${signal}`))
  })
  const send = (message: ToProcess) => {
    if (child.connected) child.send(message)
  }
  send({ type: 'open', setup, killAtStep })
  return {
    ready: ready.promise,
    end: end.promise,
    go: () => send({ type: 'go' }),
    stop: () => send({ type: 'stop' }),
    kill: () => child.kill('SIGKILL'),
  }
}
