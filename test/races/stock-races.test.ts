import { describe, expect, it } from 'vitest'
import { heldCarts } from './cases/hold-cases.ts'
import { preorders } from './cases/preorder-case.ts'
import { lastUnit, mixedQuantities, oneLocation, threeLocations } from './cases/stock-cases.ts'
import { wishedTogether } from './cases/wish-list-case.ts'
import { sound } from './sound.ts'

const timeout = 180_000

describe('four processes on one file sell neither more nor less than there is', () => {
  it('A1: the last unit to one of 64 buyers (seed 101)', { timeout }, async () => {
    expect(await lastUnit({ seed: 101, size: 'small' })).toMatchObject(sound)
  })

  it('A2: 100 units to 100 of 640 buyers (seed 102)', { timeout }, async () => {
    expect(await oneLocation({ seed: 102, size: 'full' })).toMatchObject(sound)
  })

  it('A2: 100 units that lie in three locations to 100 of 640 buyers (seed 103)', { timeout }, async () => {
    expect(await threeLocations({ seed: 103, size: 'full' })).toMatchObject(sound)
  })

  it('A3: 100 units to 64 buyers of one to seven (seed 104)', { timeout }, async () => {
    expect(await mixedQuantities({ seed: 104, size: 'small' })).toMatchObject(sound)
  })

  it('A17: one customer holds eight carts ×4, and carts that are held get their orders among buyers who hold none (seed 117)', { timeout }, async () => {
    expect(await heldCarts({ seed: 117, size: 'small' })).toMatchObject(sound)
  })

  it('A18: a preorder is promised up to its limit, and leaves on its day, once (seed 118)', { timeout }, async () => {
    expect(await preorders({ seed: 118, size: 'small' })).toMatchObject(sound)
  })

  it('A19: lists begun, one SKU wished for and the list moved into a cart, all at once (seed 119)', { timeout }, async () => {
    expect(await wishedTogether({ seed: 119, size: 'small' })).toMatchObject(sound)
  })
})
