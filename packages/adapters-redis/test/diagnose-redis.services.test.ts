import { expect, onTestFinished, test } from 'vitest'
import { diagnoseRedis } from '../src/diagnose-redis.ts'
import { redisConnection } from '../src/redis-connection.ts'
import { openRedis, topologies } from './topologies.ts'

const statuses = (findings: Awaited<ReturnType<typeof diagnoseRedis>>) => Object.fromEntries(findings.map(({ check, status }) => [check, status]))

test('says that a Redis with a replica, which keeps what it is given, is sound', async () => {
  for (const { server } of topologies.filter(({ name }) => name !== 'Cluster')) {
    const redis = openRedis(server)
    expect(statuses(await diagnoseRedis(redis))).toEqual({ 'redis version': 'ok', 'redis eviction': 'ok', 'redis persistence': 'ok', 'redis replicas': 'ok' })
  }
})

test('looks at every node of a Cluster, and warns of nodes without a replica', async () => {
  const cluster = topologies.find(({ name }) => name === 'Cluster')
  if (cluster === undefined) throw new Error('there is one')
  const findings = await diagnoseRedis(openRedis(cluster.server))
  expect(findings).toHaveLength(12)
  expect(findings.filter(({ status }) => status === 'warning').map(({ check }) => check.replace(/ \(.*/, ''))).toEqual(Array(3).fill('redis replicas'))
})

test('warns of a Redis that forgets, loses and is alone', async () => {
  const info = 'redis_version:7.2.4\r\nmaxmemory:100\r\nmaxmemory_policy:allkeys-lru\r\naof_enabled:0\r\nconnected_slaves:0\r\n'
  const node = { status: 'ready', connect: async () => {}, call: async () => info, on: () => {}, off: () => {}, duplicate: () => node, disconnect: () => {} }
  const findings = await diagnoseRedis(redisConnection({ client: node }))
  expect(statuses(findings)).toEqual({ 'redis version': 'ok', 'redis eviction': 'warning', 'redis persistence': 'warning', 'redis replicas': 'warning' })
  expect(findings.every(({ status, remedy }) => (status === 'ok') === (remedy === null))).toBe(true)
})

test('warns of a Redis that is not there, and does not throw', async () => {
  const redis = redisConnection({ url: 'redis://127.0.0.1:1/0' })
  onTestFinished(() => redis.close())
  expect(await diagnoseRedis(redis)).toMatchObject([{ check: 'redis', status: 'warning' }])
})
