import { EventEmitter } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { GradualPool } from './gradual-pool.ts'

/** A pool whose connections are made when the test says so. */
class SlowPool extends EventEmitter {
  idleCount = 0
  totalCount = 0
  readonly made: PromiseWithResolvers<string>[] = []

  connect(): Promise<string> {
    if (this.idleCount > 0) {
      this.idleCount -= 1
      return Promise.resolve('idle')
    }
    const connection = Promise.withResolvers<string>()
    this.made.push(connection)
    return connection.promise
  }

  giveBack(): void {
    this.emit('release')
    this.idleCount += 1
  }
}

test('makes four connections at a time, and the next when one is there', async () => {
  const pool = new SlowPool()
  const gradual = new GradualPool(pool, 60_000)
  const asked = Array.from({ length: 6 }, () => gradual.connect())
  await turn()
  expect(pool.made).toHaveLength(4)
  pool.made[0]?.resolve('first')
  expect(await asked[0]).toBe('first')
  await turn()
  expect(pool.made).toHaveLength(5)
  for (const { resolve } of pool.made) resolve('another')
  await turn()
  pool.made[5]?.resolve('last')
  expect(await Promise.all(asked)).toEqual(['first', 'another', 'another', 'another', 'another', 'last'])
})

test('who waits takes what is given back meanwhile', async () => {
  const pool = new SlowPool()
  const gradual = new GradualPool(pool, 60_000)
  const asked = Array.from({ length: 5 }, () => gradual.connect())
  pool.giveBack()
  expect(await asked[4]).toBe('idle')
  expect(pool.made).toHaveLength(4)
})

test('as many as are idle are taken at once', async () => {
  const pool = new SlowPool()
  pool.idleCount = 9
  const gradual = new GradualPool(pool, 60_000)
  expect(await Promise.all(Array.from({ length: 9 }, () => gradual.connect()))).toEqual(Array.from({ length: 9 }, () => 'idle'))
})

test('when one cannot be made, those who wait are told, and the next is tried again', async () => {
  const pool = new SlowPool()
  const gradual = new GradualPool(pool, 60_000)
  const asked = Array.from({ length: 9 }, () => gradual.connect())
  const ends = Promise.allSettled(asked)
  await turn()
  for (const { reject } of pool.made) reject(new Error('gone'))
  expect((await ends).map(({ status }) => status)).toEqual(asked.map(() => 'rejected'))
  expect(pool.made).toHaveLength(4)
  const again = gradual.connect()
  pool.made[4]?.resolve('back')
  expect(await again).toBe('back')
})

test('what was not made in time is tried once more', async () => {
  const pool = new SlowPool()
  const asked = new GradualPool(pool, 0).connect()
  pool.made[0]?.reject(new Error('too slow'))
  await turn()
  pool.made[1]?.resolve('there it is')
  expect(await asked).toBe('there it is')
})

/** As Postgres says that it has no connection left. */
const full = Object.assign(new Error('sorry, too many clients already'), { code: '53300', severity: 'FATAL' })

test('while the server is full, who asked waits for one of the pool’s own', async () => {
  const pool = new SlowPool()
  pool.totalCount = 1
  const gradual = new GradualPool(pool, 60_000)
  const asked = Array.from({ length: 6 }, () => gradual.connect())
  const refuse = async () => {
    await turn()
    for (const { reject } of pool.made.splice(0)) reject(full)
    await turn()
  }
  await refuse()
  for (const _buyer of asked) {
    pool.giveBack()
    await refuse()
  }
  expect(await Promise.all(asked)).toEqual(asked.map(() => 'idle'))
})

test('takes one that was given back while the server answered that it is full', async () => {
  const pool = new SlowPool()
  pool.totalCount = 1
  const asked = new GradualPool(pool, 60_000).connect()
  await turn()
  pool.giveBack()
  pool.made[0]?.reject(full)
  expect(await asked).toBe('idle')
})

test('a server that is full for a pool that has none is believed by everybody', async () => {
  const pool = new SlowPool()
  pool.totalCount = 4
  const gradual = new GradualPool(pool, 60_000)
  const ends = Promise.allSettled(Array.from({ length: 6 }, () => gradual.connect()))
  await turn()
  for (const { reject } of pool.made) {
    pool.totalCount -= 1
    reject(full)
    await turn()
  }
  expect((await ends).map(({ status }) => status)).toEqual(new Array(6).fill('rejected'))
})
