import { codeOf } from '../answer-code.ts'
import type { Racer } from './racer-context.ts'

interface Registrations {
  /** Which mail each call wanted sent. */
  readonly mails: readonly string[]
  /** What became of confirming the address, for each call whose mail asks for it, tried twice at once. */
  readonly confirmed: readonly string[]
}

/** Registers one address many times at once, and confirms it as often as that is asked for. */
export async function registerTask({ commerce, retrier }: Racer, { email, calls }: { readonly email: string; readonly calls: number }): Promise<Registrations> {
  const password = 'correct horse battery'
  const answers = await Promise.all(Array.from({ length: calls }, () => retrier.run(() => commerce.accounts.register({ email, password }))))
  const mine = answers.filter(({ mail }) => mail.kind === 'verify_email')
  const confirm = (token: string) => codeOf(retrier.run(() => commerce.accounts.verifyEmail({ token, password })))
  const confirmed = await Promise.all(mine.flatMap(({ mail }) => [confirm(mail.token), confirm(mail.token)]))
  return { mails: answers.map(({ mail }) => mail.kind), confirmed }
}
