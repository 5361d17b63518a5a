/**
 * Preloaded into a process that Node lets collect its garbage when asked, notes the memory it needs, and at its end writes it as JSON to the file that
 * `MEMORY_FILE` names.
 */
import { writeFileSync } from 'node:fs'

/** In bytes. */
export interface NotedMemory {
  /** What was in use at most, of all the moments at which there was no garbage. */
  readonly live: number
  /** What the system had given the process at most. */
  readonly resident: number
}

const everyMs = 1_000
let live = 0

setInterval(() => {
  globalThis.gc?.()
  live = Math.max(live, process.memoryUsage().heapUsed)
}, everyMs).unref()

process.on('exit', () => {
  const noted: NotedMemory = { live, resident: process.resourceUsage().maxRSS * 1024 }
  writeFileSync(process.env.MEMORY_FILE ?? '', JSON.stringify(noted))
})
