import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { purchaseSteps } from '@cartwright/core'
import { describe, expect, it } from 'vitest'
import { type Arena, openArena, unitMinor } from './arena.ts'
import { startRacer } from './start-racer.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')

/** Runs the `cartwright` command in a process of its own, three minutes from now. @returns what it printed. Rejects when it exits with anything but 0. */
async function cartwright({ shop }: Arena, ...words: readonly string[]): Promise<unknown> {
  const config = join(import.meta.dirname, 'race.config.ts')
  const env = { ...process.env, RACE_FILE: shop.file, RACE_BANK: shop.bankUrl, RACE_CLOCK: String(Date.now() + 3 * 60_000) }
  const flags = ['--conditions=cartwright-source', '--no-warnings', join(root, 'packages/cli/src/bin.ts')]
  const { stdout } = await run(process.execPath, [...flags, ...words, '--config', config, '--json'], { env, cwd: root })
  return JSON.parse(stdout)
}

describe('after kill -9, `cartwright worker --once` finishes the purchase', () => {
  for (const step of ['place.prepared', 'payment.started', 'finalise.written', 'finalise.done'] as const) {
    it(`killed at ${step}`, { timeout: 60_000 }, async () => {
      const arena = await openArena({ seed: 110, supply: { HOT: { main: 3 } } })
      try {
        const [cart] = await arena.readyCarts(['ada'])
        if (cart === undefined) throw new Error('no cart was made')
        const params = { cart, method: 'card_ok', idempotencyKey: 'the-key', after: 'nothing' } as const
        const killAtStep = purchaseSteps.indexOf(step) + 1
        const racer = startRacer({ shop: arena.shop, seed: 110, delays: false, killAtStep, task: 'purchase', params })
        await racer.ready
        racer.go()
        expect(await racer.end).toBe('killed')

        await cartwright(arena, 'worker', '--once')

        expect(await cartwright(arena, 'orders', 'list')).toMatchObject({ items: [{ status: 'confirmed', paymentStatus: 'paid', totalMinor: unitMinor }] })
        expect(await cartwright(arena, 'audit', '--providers')).toMatchObject({ violations: 0 })
        expect(arena.bank.ledger.totals().byCurrency).toEqual({ USD: { capturedMinor: unitMinor, refundedMinor: 0 } })
        const [level] = await arena.use((commerce) => commerce.inventory.levels({ skus: ['HOT'] }))
        expect(level).toMatchObject({ onHand: 3, reserved: 1 })
      } finally {
        await arena.dispose()
      }
    })
  }
})
