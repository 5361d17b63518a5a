import { describe, expect, it } from 'vitest'
import { killAtEveryStep, killAtRandom } from './cases/crash-cases.ts'
import { killedInboxes } from './cases/inbox-crash-case.ts'
import { sound } from './sound.ts'

const timeout = 240_000

describe('a shop survives kill -9', () => {
  it('B1: at every step boundary of checkout, cancellation and refund (seed 108)', { timeout }, async () => {
    expect(await killAtEveryStep({ seed: 108, size: 'small' })).toMatchObject(sound)
  })

  it('B1: at every step boundary of a webhook, from its arrival to the refund that follows (seed 110)', { timeout }, async () => {
    expect(await killedInboxes({ seed: 110, size: 'small' })).toMatchObject(sound)
  })

  it('B8: at random moments of four processes that sell (seed 109)', { timeout }, async () => {
    expect(await killAtRandom({ seed: 109, size: 'small' })).toMatchObject(sound)
  })
})
