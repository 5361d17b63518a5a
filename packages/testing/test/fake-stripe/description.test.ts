import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startFakeStripe } from '@cartwright/testing/stripe'
import { expect, it, onTestFinished } from 'vitest'
import { byCard, openStripe, refusalOf } from './opened-stripe.ts'

const answer = (schema: unknown) => ({ content: { 'application/json': { schema } } })

/** A description of one operation, smaller than Stripe's, and wrong about what it answers. */
const description = {
  openapi: '3.0.0',
  paths: {
    '/v1/payment_intents': {
      post: {
        requestBody: {
          content: {
            'application/x-www-form-urlencoded': {
              schema: {
                type: 'object',
                additionalProperties: false,
                properties: {
                  amount: { type: 'integer' },
                  currency: { type: 'string', maxLength: 3 },
                  metadata: { type: 'object', additionalProperties: { type: 'string' } },
                  payment_method_options: { type: 'object', properties: { card: { type: 'object', properties: { moto: { type: 'boolean' } } } } },
                },
                required: ['amount', 'currency'],
              },
            },
          },
        },
        responses: { 200: answer({ $ref: '#/components/schemas/payment_intent' }), default: answer({ type: 'object', required: ['error'] }) },
      },
    },
  },
  components: {
    schemas: {
      payment_intent: {
        type: 'object',
        properties: { amount: { type: 'integer' }, customer: { type: 'string', nullable: true }, client_secret: { type: 'integer' } },
        required: ['amount', 'client_secret'],
      },
    },
  },
}

async function written(content: unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cartwright-description-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'description.json')
  await writeFile(path, JSON.stringify(content))
  return path
}

it('refuses what a description does not allow, and notes where an answer differs from it', async () => {
  const { fake, stripe } = await openStripe({ openApi: await written(description) })
  expect(await refusalOf(stripe.paymentIntents.create({ ...byCard, description: 'a mug' }))).toMatchObject({
    statusCode: 400,
    message: expect.stringContaining('description'),
  })
  const nested = { amount: 2500, currency: 'usd', payment_method_options: { card: { network: 'visa' } } } as const
  expect(await refusalOf(stripe.paymentIntents.create(nested))).toMatchObject({ statusCode: 400, message: expect.stringContaining('network') })
  expect(fake.events()).toEqual([])
  expect(await stripe.paymentIntents.create({ amount: 2500, currency: 'usd', metadata: { order: '7' } })).toMatchObject({ customer: null })
  expect(fake.requests().at(-1)).toMatchObject({ status: 200, issues: ['answer: client_secret must be integer'] })
  expect(await refusalOf(stripe.refunds.create({ payment_intent: 'pi_none' }))).toMatchObject({ message: expect.stringContaining('POST /v1/refunds') })
})

it('does not start on what is no description', async () => {
  await expect(startFakeStripe({ seed: 1, openApi: await written({ hello: 'world' }) })).rejects.toThrow(/no OpenAPI description/)
})
