import { expect, it } from 'vitest'
import { laggingReplica } from './cases/lagging-replica-case.ts'
import { sound } from './sound.ts'

it('D3: a replica that is 30 s behind shows an old catalogue, and nobody their own things of yesterday (seed 601)', async () => {
  expect(await laggingReplica({ seed: 601, size: 'small' })).toMatchObject(sound)
})
