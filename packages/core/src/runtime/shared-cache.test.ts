import { expect, it } from 'vitest'
import { inProcessCache } from './cache.ts'
import { packedWhole } from './packing.ts'
import { SharedCache } from './shared-cache.ts'
import { systemTimers } from './timers.ts'

it('does not read what another release has written in another format, and reads what its own has', async () => {
  const level = inProcessCache()
  let tokens = 0
  const open = async (format: string) => {
    const newToken = () => `token ${++tokens}`
    const cache = new SharedCache({
      level,
      format,
      timers: systemTimers,
      ttlMs: 60_000,
      newToken,
      shopTimeMs: () => 0,
      draw: () => 0,
      onFailure: () => undefined,
    })
    await cache.follow('0', false, async () => true)
    return cache
  }
  const packing = packedWhole<{ readonly by: string }>()
  const look = async (cache: SharedCache, by: string) =>
    (await cache.through('key', { load: async () => ({ value: { by }, readAtMs: 0 }), packing, onFound: () => undefined }))?.value.by
  expect(await look(await open('1'), 'first')).toBe('first')
  expect(await look(await open('2'), 'second')).toBe('second')
  expect(await look(await open('1'), 'third')).toBe('first')
  expect(await look(await open('2'), 'fourth')).toBe('second')
})
