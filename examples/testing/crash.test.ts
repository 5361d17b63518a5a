import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce, purchaseSteps } from '@cartwright/core'
import { fakePaymentsClient, manualClock, serveFakePayments } from '@cartwright/testing'
import { startProcess } from '@cartwright/testing/crash'
import { expect, test } from 'vitest'
import { stockMugs } from './one-mug.ts'

const execArgv = ['--conditions=cartwright-source', '--no-warnings']

test('a till that is killed after the card was charged has sold its mug', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cartwright-till-'))
  const bank = await serveFakePayments()
  try {
    const file = join(directory, 'shop.db')
    const clock = manualClock(new Date())
    const commerce = await createCommerce({ storage: sqliteStorage({ file }), currency: 'USD', payments: [fakePaymentsClient({ url: bank.url })], clock })
    await stockMugs(commerce)

    // #region kill
    const till = startProcess<string>({
      script: join(import.meta.dirname, 'till.ts'),
      setup: { file, bankUrl: bank.url },
      killAtStep: purchaseSteps.indexOf('payment.started') + 1,
      execArgv,
    })
    await till.ready
    till.go()
    expect(await till.end).toBe('killed')
    // #endregion kill

    clock.set(new Date(Date.now() + 2 * 60_000))
    await commerce.worker.runOnce()
    const { items } = await commerce.orders.list({ actor: { type: 'system' } })
    expect(items).toMatchObject([{ status: 'confirmed', paymentStatus: 'paid' }])
    expect(bank.ledger.totals().byCurrency).toEqual({ USD: { capturedMinor: 1250, refundedMinor: 0 } })
    await commerce.close()
  } finally {
    await bank.close()
    await rm(directory, { recursive: true })
  }
})

test('a till that is left alone says how it ended and which steps it passed', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cartwright-till-'))
  const bank = await serveFakePayments()
  try {
    const file = join(directory, 'shop.db')
    const commerce = await createCommerce({ storage: sqliteStorage({ file }), currency: 'USD' })
    await stockMugs(commerce)
    await commerce.close()
    const till = startProcess<string>({ script: join(import.meta.dirname, 'till.ts'), setup: { file, bankUrl: bank.url }, execArgv })
    await till.ready
    till.go()
    const end = await till.end
    if (end === 'killed') throw new Error('the till was killed by something else')
    expect(end.result).toBe('confirmed')
    expect(end.steps.at(-1)).toBe('finalise.done')
  } finally {
    await bank.close()
    await rm(directory, { recursive: true })
  }
})
