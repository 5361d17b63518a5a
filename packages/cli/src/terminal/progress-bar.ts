import { Presets, SingleBar } from 'cli-progress'
import { painter, type Streams } from './output.ts'

/** A bar on the terminal; silent where stderr is none. */
export interface Progress {
  /** @param done - of `total`, as given at the start. */
  update(done: number, words: string): void
  stop(): void
}

/** @param total - what 100 % is. */
export function progressBar(stream: Streams['stderr'], title: string, total: number): Progress {
  if (stream.isTTY !== true) return { update: () => undefined, stop: () => undefined }
  const paint = painter(stream)
  const format = `${title} ${paint('cyan', '{bar}')} {percentage}% ${paint('dim', '{words}')}`
  const bar = new SingleBar({ format, stream, hideCursor: true, clearOnComplete: true, barsize: 30, linewrap: false, fps: 10 }, Presets.shades_classic)
  bar.start(Math.max(1, total), 0, { words: '' })
  return {
    update: (done, words) => bar.update(Math.min(done, total), { words }),
    stop: () => bar.stop(),
  }
}
