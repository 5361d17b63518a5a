import { expect, it } from 'vitest'
import { failover, primaryDown } from './cases/failover-cases.ts'
import { laggingReplica } from './cases/lagging-replica-case.ts'
import { sound } from './sound.ts'

it('D3: a replica that is 30 s behind shows an old catalogue, and nobody their own things of a while ago (seed 601)', async () => {
  expect(await laggingReplica({ seed: 601, size: 'small' })).toMatchObject(sound)
})

it('D4: the primary stops and comes back under load (seed 602)', async () => {
  expect(await primaryDown({ seed: 602, size: 'small' })).toMatchObject(sound)
})

it('B6: the replica takes over under load (seed 603)', async () => {
  expect(await failover({ seed: 603, size: 'small' })).toMatchObject(sound)
})
