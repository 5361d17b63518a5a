import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { TortureState } from './torture-state.ts'

test('what ended well is found again after an interruption, under the same seed, strategy and engine only', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cartwright-torture-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'state.json')
  const first = await TortureState.open(file, true)
  expect(first.seed).toBeUndefined()
  await first.add({ name: 'A1', engine: 'sqlite', strategy: 'batched', seed: 7 })

  const resumed = await TortureState.open(file, true)
  expect(resumed.seed).toBe(7)
  expect(resumed.has({ name: 'A1', engine: 'sqlite', strategy: 'batched', seed: 7 })).toBe(true)
  expect(resumed.has({ name: 'A1', engine: 'sqlite', strategy: 'batched', seed: 8 })).toBe(false)
  expect(resumed.has({ name: 'A1', engine: 'sqlite', strategy: 'conditional', seed: 7 })).toBe(false)
  expect(resumed.has({ name: 'A1', engine: 'postgres', strategy: 'batched', seed: 7 })).toBe(false)

  const anew = await TortureState.open(file, false)
  expect(anew.has({ name: 'A1', engine: 'sqlite', strategy: 'batched', seed: 7 })).toBe(false)
})
