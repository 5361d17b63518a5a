import { describe, expect, it } from 'vitest'
import { skewedClocks } from './cases/clock-cases.ts'
import { killAfterCharge, killAtEveryStep, killBeforeAnswer } from './cases/crash-cases.ts'
import { cutCommits } from './cases/cut-commit-cases.ts'
import { killedInboxes } from './cases/inbox-crash-case.ts'
import { killedRelays } from './cases/relay-cases.ts'
import { serverStops } from './cases/server-crash-cases.ts'
import { sound } from './sound.ts'

const on = (seed: number) => ({ seed, size: 'small', engine: 'postgres' }) as const

describe('a shop on Postgres survives', () => {
  it('B1: kill -9 at every step boundary of a purchase, its cancellation, capture and refund (seed 520)', async () => {
    expect(await killAtEveryStep(on(520))).toMatchObject(sound)
  })

  it('B1: kill -9 at every step boundary of a webhook, from its arrival to the refund that follows (seed 514)', async () => {
    expect(await killedInboxes(on(514))).toMatchObject(sound)
  })

  it('B2: kill -9 after the charge, before the commit (seed 515)', async () => {
    expect(await killAfterCharge(on(515))).toMatchObject(sound)
  })

  it('B3: kill -9 after the commit, before the answer (seed 516)', async () => {
    expect(await killBeforeAnswer(on(516))).toMatchObject(sound)
  })

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
