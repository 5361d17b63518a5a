import { setTimeout as sleep } from 'node:timers/promises'
import { redisConnection } from '@cartwright/adapters-redis'
import { movableAddress } from '../../servers/movable-address.ts'
import { type OwnRedis, ownRedis } from '../../servers/own-redis.ts'
import { type CaseOptions, type CaseResult, merged } from '../race-case.ts'
import { ones, sellOut } from './stock-cases.ts'

/** What befalls Redis when some are left. */
type Loss = (units: number, left: (atMost: number) => Promise<void>) => Promise<void>

/** D2: admission counts in a Redis that is emptied in the middle of a sale, or fails over to a copy that lags behind: what is sold is what there is. */
export async function lostCounts(options: CaseOptions): Promise<CaseResult> {
  return merged(options, [await emptied(options), await failedOver(options)])
}

function emptied(options: CaseOptions): Promise<CaseResult> {
  return sellWhile(options, ({ flush }) => async (units, left) => {
    await left(units / 2)
    await flush()
    await left(units / 4)
    await flush()
  })
}

/** The half of D2 in which the counts are too high for certain. */
export function failedOver(options: CaseOptions): Promise<CaseResult> {
  return sellWhile(options, ({ detachReplica, replicaUrl }, moveTo) => async (units, left) => {
    await left((units * 3) / 4)
    await detachReplica()
    await left(units / 2)
    moveTo(replicaUrl)
  })
}

async function sellWhile(options: CaseOptions, lossOf: (own: OwnRedis, moveTo: (url: string) => void) => Loss): Promise<CaseResult> {
  const [units, buyers] = options.size === 'full' ? [100, 640] : [25, 160]
  const own = await ownRedis()
  const address = await movableAddress(own.url)
  const admission = { server: { url: address.urlOf(own.url) }, prefix: 'd2:' }
  const watching = redisConnection({ url: own.url, prefix: admission.prefix, timeoutMs: 5_000 })
  const over = new AbortController()
  const left = async (atMost: number) => {
    for (;;) {
      const counted = await watching.call('hget', [watching.key('admission', 'HOT'), 'left'])
      if (over.signal.aborted || (counted !== null && Number(counted) <= atMost)) return
      await sleep(2)
    }
  }
  const loss = lossOf(own, address.moveTo)
  try {
    const meanwhile = () => loss(units, left)
    return await sellOut('D2', { ...options, admission }, { HOT: { main: units } }, ones(buyers), { meanwhile, over: () => over.abort() })
  } finally {
    await watching.close()
    await address.close()
    await own.remove()
  }
}
