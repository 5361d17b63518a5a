import { describe, expect, it } from 'vitest'
import { skewedClocks } from './cases/clock-cases.ts'
import { cutCommits } from './cases/cut-commit-cases.ts'
import { killedRelays } from './cases/relay-cases.ts'
import { serverStops } from './cases/server-crash-cases.ts'
import { sound } from './sound.ts'

const on = (seed: number) => ({ seed, size: 'small', engine: 'postgres' }) as const

describe('a shop on Postgres survives', () => {
  it('B4: immediate stops of the server while four processes sell (seed 510)', async () => {
    expect(await serverStops(on(510))).toMatchObject(sound)
  })

  it('B5: connections that die at BEGIN, before COMMIT and after it (seed 511)', async () => {
    expect(await cutCommits(on(511))).toMatchObject(sound)
  })

  it('B7: relays killed after sending, and events that are committed out of the order of their ids (seed 512)', async () => {
    expect(await killedRelays(on(512))).toMatchObject(sound)
  })

  it('B10: clocks ten minutes off to either side (seed 513)', async () => {
    expect(await skewedClocks(on(513))).toMatchObject(sound)
  })
})

it('B5 notices a shop that charges again for what was cut off', async () => {
  const { ok, problems } = await cutCommits({ ...on(511), plant: 'startWithFreshKey' })
  expect(ok).toBe(false)
  expect(problems).not.toEqual([])
})
