import { fileURLToPath } from 'node:url'
import * as conformance from '@cartwright/testing/conformance'
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import { startVitest, type TestCase } from 'vitest/node'
import { wrongCustomerStores } from './wrong-customer-stores.ts'
import { noWebhooks, wrongPorts } from './wrong-ports.ts'
import { wrongSellingStores } from './wrong-selling-stores.ts'
import { wrongStores } from './wrong-stores.ts'

const wrongAdapters = [...wrongStores, ...wrongSellingStores, ...wrongCustomerStores, ...wrongPorts]
let tests: readonly TestCase[] = []

/** The tests of the suite on one wrong adapter that ended so. */
function endedAs(state: 'passed' | 'failed' | 'skipped', fault: string): readonly TestCase[] {
  return tests.filter((test) => test.fullName.startsWith(`${fault}: `) && test.result().state === state)
}

const titles = (found: readonly TestCase[]) => found.map(({ name }) => name)

beforeAll(async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  // Two files, for two processes.
  const include = ['test/conformance/wrong-adapters.suites.ts', 'test/conformance/wrong-stores.suites.ts']
  const conditions = ['cartwright-source']
  const resolution = { resolve: { conditions }, ssr: { resolve: { conditions, externalConditions: conditions } } }
  const exitCode = process.exitCode
  const vitest = await startVitest('test', [], { config: false, root, include, pool: 'forks', watch: false, reporters: [{}] }, resolution)
  tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()])
  await vitest.close()
  process.exitCode = exitCode // the failures were wanted
}, 480_000)

describe('a suite', () => {
  it.each(wrongAdapters)('$suite does not let $fault pass', ({ fault, caughtBy }) => {
    expect(titles(endedAs('failed', fault)).filter((title) => title.startsWith(caughtBy))).not.toEqual([])
    expect(endedAs('passed', fault).length).toBeGreaterThan(0)
  })

  it('is shown to fail, every one of them', () => {
    const suites = Object.keys(conformance).filter((name) => name.endsWith('Suite'))
    expect([...new Set(wrongAdapters.map(({ suite }) => suite))].sort()).toEqual(suites.sort())
  })
})

describe('what an adapter lacks', () => {
  it('is reported test by test, as skipped, with the reason', () => {
    const skipped = endedAs('skipped', 'a provider that does not know its keys')
    expect(skipped.length).toBeGreaterThan(2)
    expect(skipped.every(({ parent }) => 'name' in parent && parent.name === 'webhooks')).toBe(true)
    for (const test of skipped) expect(test.result()).toMatchObject({ note: noWebhooks })
  })

  it('leaves out nothing else', () => {
    const left = tests.filter((test) => test.result().state === 'skipped')
    expect(left.filter((test) => !('note' in test.result() && /\w+ \w+/.test(String(Reflect.get(test.result(), 'note')))))).toEqual([])
  })

  it('cannot be said without a reason', () => {
    expectTypeOf<{ readonly webhooks: true }>().not.toExtend<conformance.Lacks<'webhooks'>>()
    expectTypeOf<{ readonly webhooks: false }>().not.toExtend<conformance.Lacks<'webhooks'>>()
    expectTypeOf<{ readonly webhooks: string }>().toExtend<conformance.Lacks<'webhooks'>>()
  })
})
