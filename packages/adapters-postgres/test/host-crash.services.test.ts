import { join } from 'node:path'
import { fakePaymentsClient, manualClock, serveFakePayments } from '@cartwright/testing'
import { startProcess } from '@cartwright/testing/crash'
import { expect, onTestFinished, test } from 'vitest'
import { auditFindings, createHostTable, openHostShop, remains } from './host-shop.ts'
import { migratedDatabase, onServer } from './scratch-database.ts'

const script = join(import.meta.dirname, 'processes', 'host-till.ts')
const execArgv = ['--conditions=cartwright-source', '--no-warnings']

/** Kills a till at the n-th step that it passes, then lets the worker of another process finish what is left. */
async function killTillAt(killAtStep: number) {
  const { url, drop } = await migratedDatabase()
  await onServer(url, createHostTable)
  onTestFinished(async () => {
    await onServer(url, 'DROP TABLE host_rows')
    await drop()
  })
  const bank = await serveFakePayments()
  onTestFinished(() => bank.close())
  const clock = manualClock(new Date())
  const shop = await openHostShop({ url, stock: 3, bank: fakePaymentsClient({ url: bank.url }), clock })
  onTestFinished(() => shop.commerce.close())

  const till = startProcess({ script, setup: { url, bankUrl: bank.url }, killAtStep, execArgv })
  await till.ready
  till.go()
  expect(await till.end).toBe('killed')
  const left = await remains(url)
  clock.set(new Date(Date.now() + 2 * 60_000))
  await shop.commerce.worker.runOnce()
  const { items } = await shop.commerce.orders.list({ actor: { type: 'system' } })
  return { left, orders: items.map(({ status }) => status), findings: await auditFindings(shop), charged: bank.ledger.totals().byCurrency }
}

test("a process that is killed in the host's transaction leaves neither the order nor the host's row", async () => {
  const written = 3
  expect(await killTillAt(written)).toEqual({ left: { orders: 0, notes: 0, reserved: 0 }, orders: [], findings: [], charged: {} })
})

test('one that is killed after it, before it has asked for the money, leaves both, and the worker asks', async () => {
  const starting = 4
  expect(await killTillAt(starting)).toEqual({
    left: { orders: 1, notes: 1, reserved: 1 },
    orders: ['confirmed'],
    findings: [],
    charged: { USD: { capturedMinor: 1250, refundedMinor: 0 } },
  })
})
