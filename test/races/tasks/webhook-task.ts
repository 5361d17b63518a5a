import { isCommerceError } from '@cartwright/core'
import { shuffled } from '../shuffled.ts'
import type { Racer } from './racer-context.ts'

/** A webhook as plain data. */
export interface PlainWebhook {
  readonly eventId: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** Takes in the same webhooks over and over, each time in another order, and acts on what is due in between. @returns what each delivery came to. */
export async function webhookTask(
  { commerce, random, retrier }: Racer,
  params: { readonly webhooks: readonly PlainWebhook[]; readonly rounds: number },
): Promise<readonly { readonly eventId: string; readonly outcome: string }[]> {
  const answers: { eventId: string; outcome: string }[] = []
  for (let round = 0; round < params.rounds; round += 1) {
    for (const { eventId, body, headers } of shuffled(params.webhooks, random)) {
      const outcome = await retrier
        .run(() => commerce.payments.handleWebhook({ provider: 'fake', rawBody: body, headers }))
        .then(
          (received) => received.outcome,
          (error: unknown) => (isCommerceError(error) ? error.code : String(error)),
        )
      answers.push({ eventId, outcome })
      if (random.integer(0, 3) === 0) await retrier.run(() => commerce.worker.runOnce({ jobs: ['inbox', 'refunds'] }))
    }
  }
  await retrier.run(() => commerce.worker.runOnce({ jobs: ['inbox', 'refunds'] }))
  return answers
}
