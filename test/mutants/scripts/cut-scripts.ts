import { CommerceError, purchaseSteps } from '@cartwright/core'
import type { Storage } from '@cartwright/core/ports'
import { overlay } from '../../planted/overlay.ts'
import type { Script } from '../script.ts'
import { type BenchOptions, Died, openBench, persistently, staff } from '../workbench.ts'

/** A purchase that is cancelled afterwards, and one that stays: what is cut at every point. */
type Story = 'bought' | 'bought, cancelled'
const stories: readonly Story[] = ['bought', 'bought, cancelled']

interface Cut {
  readonly name: string
  readonly probe?: (step: string) => Promise<void>
  readonly underneath?: (storage: Storage) => Storage
  /** Whether the point was reached at all. */
  readonly reached: () => boolean
  /** Lets the cut happen from now on, once. */
  readonly arm: () => void
  /** What is not cut by now stays whole. */
  readonly disarm: () => void
}

/** Fails one transaction, counted from when it is armed: before it commits, or after, so that only its answer is lost. */
function cutTransaction(index: number, when: 'before' | 'after'): Cut {
  let left = Number.POSITIVE_INFINITY
  const underneath = (storage: Storage) =>
    overlay(storage, {
      transaction: async (now, work) => {
        left -= 1
        if (left !== 0) return storage.transaction(now, work)
        await storage.transaction(now, async (tx) => {
          await work(tx)
          if (when === 'before') throw new CommerceError('STORAGE_UNAVAILABLE', { details: {} })
        })
        throw new CommerceError('OUTCOME_UNKNOWN', { details: {} })
      },
    })
  return {
    name: `transaction ${index} cut ${when} its commit`,
    underneath,
    reached: () => left <= 0,
    arm: () => {
      left = index
    },
    disarm: () => {
      if (left > 0) left = Number.POSITIVE_INFINITY
    },
  }
}

/** Ends the call, as if the process died, the first time it comes to a step. */
function dieAt(step: string): Cut {
  let state: 'waiting' | 'armed' | 'done' = 'waiting'
  return {
    name: `died at ${step}`,
    probe: async (passed) => {
      if (passed !== step || state !== 'armed') return
      state = 'done'
      throw new Died(step)
    },
    reached: () => state === 'done',
    arm: () => {
      state = 'armed'
    },
    disarm: () => {
      if (state === 'armed') state = 'waiting'
    },
  }
}

/** Tells a story with one cut in it; the caller repeats what failed, then everything settles. @returns what is wrong, and whether the cut was reached. */
async function tell(
  story: Story,
  shop: Pick<BenchOptions, 'plant' | 'engine'>,
  cut: Cut,
): Promise<{ readonly problems: readonly string[]; readonly reached: boolean }> {
  const bench = await openBench({ ...shop, ...(cut.probe && { probe: cut.probe }), ...(cut.underneath && { underneath: cut.underneath }) })
  try {
    const cart = await bench.quoted('ada', { HOT: 2, TEE: 1 })
    cut.arm()
    const placed = await persistently(bench, async () => {
      try {
        return await bench.place(cart, 'card_ok', 'a')
      } catch (error) {
        const { violations, checks } = await bench.commerce.audit()
        bench.findings.expect(violations === 0, `straight after the cut: ${checks.filter((check) => check.violations > 0).map(({ id }) => id)}`)
        throw error
      }
    })
    if (placed instanceof CommerceError) bench.findings.expect(false, `placing ended in ${placed.code}`)
    else {
      bench.findings.expect(placed.outcome === 'confirmed', `placing came to ${placed.outcome}`)
      if (story !== 'bought') await persistently(bench, () => bench.commerce.checkout.cancel({ actor: staff, orderId: placed.order.id }))
    }
    cut.disarm()
    await bench.settle()
    const sold = (await bench.stock('HOT')).reserved
    bench.findings.expect(sold === (story === 'bought' ? 2 : 0), `${sold} units are sold`)
    // The reconciler would return a second charge: what counts is that there is none.
    const charges = bench.bank.ledger.listPayments({ limit: 10 }).items.filter(({ capturedMinor }) => capturedMinor > 0).length
    bench.findings.expect(charges <= 1, `one order was charged ${charges} times`)
    return { problems: bench.findings.problems.map((problem) => `${story}, ${cut.name}: ${problem}`), reached: cut.reached() }
  } finally {
    await bench.close()
  }
}

/** Every transaction of a purchase and a cancellation fails in turn. */
export const cutTransactions: Script = async ({ engine, findings: { problems } }, plant) => {
  for (const story of stories) {
    for (let index = 1; ; index += 1) {
      const before = await tell(story, { plant, engine }, cutTransaction(index, 'before'))
      const after = await tell(story, { plant, engine }, cutTransaction(index, 'after'))
      problems.push(...before.problems, ...after.problems)
      if (problems.length > 0) return
      if (!before.reached) break
    }
  }
}

/** The process dies at every step of a purchase and a cancellation in turn. */
export const cutSteps: Script = async ({ engine, findings: { problems } }, plant) => {
  for (const story of stories) {
    for (const step of purchaseSteps) {
      problems.push(...(await tell(story, { plant, engine }, dieAt(step))).problems)
      if (problems.length > 0) return
    }
  }
}

/** The process dies at every step, and nobody repeats the call: the worker alone finishes what was begun. */
export const abandoned: Script = async ({ engine, findings: { problems } }, plant) => {
  for (const step of purchaseSteps) {
    const cut = dieAt(step)
    const bench = await openBench({ plant, engine, ...(cut.probe && { probe: cut.probe }) })
    try {
      const cart = await bench.quoted('ada', { HOT: 2 })
      cut.arm()
      await bench.place(cart, 'card_ok', 'a').catch(() => {})
      const { items } = await bench.commerce.orders.list({ actor: staff })
      await bench.settle()
      const sold = (await bench.stock('HOT')).reserved
      bench.findings.expect(items.length === 0 || sold === 2, `${sold} units sold of an order that was placed`)
      problems.push(...bench.findings.problems.map((problem) => `${cut.name}, not repeated: ${problem}`))
      if (problems.length > 0) return
    } finally {
      await bench.close()
    }
  }
}
