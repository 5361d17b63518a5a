import { ownRedis } from '../../servers/own-redis.ts'
import type { CaseOptions, CaseResult } from '../race-case.ts'

type Case = (options: CaseOptions) => Promise<CaseResult>

/** The same case with admission before it, which counts in a Redis that belongs to it. */
export function behindAdmission(run: Case): Case {
  return async (options) => {
    const own = await ownRedis()
    try {
      const result = await run({ ...options, admission: { server: { url: own.url }, prefix: 'admission:' } })
      return { ...result, case: `${result.case}-admission` }
    } finally {
      await own.remove()
    }
  }
}
