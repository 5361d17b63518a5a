import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { LoadSpec } from './load-spec.ts'
import type { SalesCount } from './sales.ts'
import type { FromWorker, ToWorker, WorkerProgress } from './worker-messages.ts'

/** A process that makes a part of the load, from the parent's side. */
export interface LoadWorker {
  /** The shop is open. Rejects when that failed. */
  readonly ready: Promise<void>
  /** What its buyers wanted, once its last visit is over. Rejects when the process failed or died. */
  readonly done: Promise<SalesCount>
  /** The process is gone, whatever came of it. */
  readonly closed: Promise<void>
  go(): void
  /** Lets no further visit begin. */
  stop(): void
  kill(): void
}

/** Starts a process of a load test. @param onProgress - hears what it has counted, every half second. */
export function startWorker(spec: LoadSpec, onProgress: (progress: WorkerProgress) => void): LoadWorker {
  const child = fork(fileURLToPath(import.meta.resolve('@cartwright/cli/loadtest-worker')), [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const ready = Promise.withResolvers<void>()
  const done = Promise.withResolvers<SalesCount>()
  const closed = Promise.withResolvers<void>()
  const fail = (error: Error): void => {
    ready.reject(error)
    done.reject(error)
  }
  // A process that fails before anybody waits for its end is reported by `ready`.
  done.promise.catch(() => undefined)
  child.on('message', (message: FromWorker) => {
    if (message.type === 'ready') ready.resolve()
    if (message.type === 'progress') onProgress(message.progress)
    if (message.type === 'failed') fail(new Error(`A process of the load test failed: ${message.message}`))
    if (message.type === 'done') {
      onProgress(message.progress)
      done.resolve(message.sales)
    }
  })
  child.on('error', fail)
  child.on('exit', (code, signal) => {
    closed.resolve()
    fail(new Error(`A process of the load test ended early: ${signal ?? `exit code ${code}`}`))
  })
  const send = (message: ToWorker): void => {
    if (child.connected) child.send(message)
  }
  send({ type: 'open', spec })
  return {
    ready: ready.promise,
    done: done.promise,
    closed: closed.promise,
    go: () => send({ type: 'go' }),
    stop: () => send({ type: 'stop' }),
    kill: () => child.kill('SIGKILL'),
  }
}
