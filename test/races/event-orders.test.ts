import { expect, it } from 'vitest'
import { everyOrderOfEvents } from './cases/event-order-case.ts'
import { sound } from './sound.ts'

it('C2, C5: the events of a payment come to the same in whatever order they are heard, by every state of the order (seed 208)', {
  timeout: 120_000,
}, async () => {
  expect(await everyOrderOfEvents({ seed: 208, size: 'small' })).toMatchObject(sound)
})
