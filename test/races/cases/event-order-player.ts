/** Plays the parts of C2 that it is sent, one after the other. Started by `playEverything`. */
import { playPart } from './event-order-cells.ts'
import type { PartOrder } from './event-order-processes.ts'

process.on('message', async ({ part, options }: PartOrder) => {
  process.send?.(await playPart(part, options))
})
