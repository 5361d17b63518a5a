import { type Commerce, isCommerceError } from '@cartwright/core'

// #region route
/** Takes in the webhooks of one payment provider, e.g. behind POST /webhooks/stripe. */
export async function webhookRoute(commerce: Commerce, provider: string, request: Request): Promise<Response> {
  try {
    const rawBody = new Uint8Array(await request.arrayBuffer()) // as it came: never a body that was parsed
    await commerce.payments.handleWebhook({ provider, rawBody, headers: request.headers })
    return new Response(null, { status: 204 })
  } catch (error) {
    const refused = isCommerceError(error) && !error.retryable
    return new Response(null, { status: refused ? 400 : 503 })
  }
}
// #endregion route
