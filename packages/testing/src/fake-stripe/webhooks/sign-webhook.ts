import { createHmac } from 'node:crypto'

/**
 * The header with which Stripe signs a webhook: the time and, for each secret, an HMAC-SHA256 over the time and the body.
 *
 * @param seconds - since 1970.
 * @param secrets - more than one while an endpoint's secret is being changed.
 */
export function stripeSignature(body: string, seconds: number, secrets: readonly string[]): string {
  const signatures = secrets.map((secret) => `v1=${createHmac('sha256', secret).update(`${seconds}.${body}`, 'utf8').digest('hex')}`)
  return [`t=${seconds}`, ...signatures].join(',')
}
