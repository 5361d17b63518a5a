import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everyOperation } from './every-operation.ts'
import { byCard, olderClientOf, refusalOf } from './opened-stripe.ts'

const host = '127.0.0.1'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Resolves when the server says that it is ready. */
async function ready(server: ChildProcess): Promise<void> {
  let said = ''
  server.stderr?.on('data', (chunk) => {
    said += chunk
  })
  for await (const chunk of server.stdout ?? []) {
    said += chunk
    if (said.includes('Ready to accept requests')) return
  }
  throw new Error(`the mock server did not start: ${said}`)
}

describe("a mock server made of Stripe's description, which keeps no state", () => {
  let folder: string
  let server: ChildProcess
  let port: number

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cartwright-stripe-'))
    const description = join(folder, 'description.json')
    await writeFile(description, gunzipSync(await readFile(join(process.env.CARTWRIGHT_DATA ?? '', 'stripe', 'openapi-2024-04-10.json.gz'))))
    port = await freePort()
    const formats = ['query-array', 'query-object', 'form-array', 'form-object'].map((kind) => `--validator-${kind}-format=brackets`)
    const steady = createRequire(import.meta.url).resolve('@stdy/cli/steady.js')
    server = spawn(process.execPath, [steady, '--no-color', '--quiet', '--host', host, '--port', String(port), ...formats, description], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    await ready(server)
    server.stdout?.resume()
  })

  afterAll(async () => {
    server.kill()
    await once(server, 'exit')
    await rm(folder, { recursive: true })
  })

  function client(): Stripe {
    // The mock server reads lists in a query as `a[]`, and not with the places that Stripe's library writes: `a[0]`.
    const httpClient = Stripe.createFetchHttpClient((url, init) => fetch(String(url).replaceAll(/\[\d+\]/g, '[]'), init))
    return olderClientOf({ apiKey: 'sk_test_mock', clientOptions: () => ({ host, port, protocol: 'http' }) }, { timeout: 30_000, httpClient })
  }

  it('takes every request that the fake takes', async () => {
    const stripe = client()
    const answers: number[] = []
    stripe.on('response', ({ status }: Stripe.ResponseEvent) => answers.push(status))
    await everyOperation(stripe, null)
    expect(answers.length).toBeGreaterThan(50)
    expect(answers.filter((status) => status !== 200)).toEqual([])
  })

  it('refuses what Stripe does not have', async () => {
    expect(await refusalOf(client().rawRequest('POST', '/v1/payment_intents', { ...byCard, colour: 'red' }))).toMatchObject({ statusCode: 400 })
  })
})
