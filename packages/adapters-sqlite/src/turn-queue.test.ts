import { expect, test } from 'vitest'
import { TurnQueue } from './turn-queue.ts'

test('callers enter in the order in which they came, one at a time', async () => {
  const queue = new TurnQueue()
  const order: number[] = []
  let inside = 0
  const visit = async (index: number) => {
    await queue.enter()
    inside += 1
    expect(inside).toBe(1)
    order.push(index)
    await Promise.resolve()
    inside -= 1
    queue.leave()
  }
  const callers = Array.from({ length: 3000 }, (_, index) => index)
  await Promise.all(callers.map(visit))
  expect(order).toEqual(callers)
})

test('as many may be inside as there are places', async () => {
  const queue = new TurnQueue(2)
  expect([queue.tryEnter(), queue.tryEnter(), queue.tryEnter()]).toEqual([true, true, false])
  const third = queue.enter()
  expect(queue.waiting).toBe(1)
  queue.leave()
  await third
  expect(queue.waiting).toBe(0)
  expect(queue.tryEnter()).toBe(false)
})

test('a place that is handed on cannot be taken by someone who did not wait', async () => {
  const queue = new TurnQueue()
  await queue.enter()
  const second = queue.enter()
  queue.leave()
  expect(queue.tryEnter()).toBe(false)
  await second
})

test('idle resolves once the last caller has left', async () => {
  const queue = new TurnQueue()
  await queue.idle()
  await queue.enter()
  let idle = false
  const waiting = queue.idle().then(() => {
    idle = true
  })
  const second = queue.enter()
  queue.leave()
  await second
  expect(idle).toBe(false)
  queue.leave()
  await waiting
  expect(idle).toBe(true)
})
