import * as z from 'zod'
import { freeText } from '../free-text.ts'
import { actorInput, emailInput, idInput, textInput } from '../parse-input.ts'

const tokenInput = textInput(200, 20)

/** Compared in one Unicode form, so that it does not matter on which keyboard a password was typed. */
const passwordText = z
  .string()
  .max(128)
  .refine((text) => text.isWellFormed(), { message: 'must be well-formed Unicode' })
  .transform((text) => text.normalize('NFKC'))

const newPasswordInput = passwordText.refine((text) => text.length >= 8, { message: 'must have 8 characters at least' })

/** Where a request comes from, e.g. the network address of the browser: only counted, and only by a hash. */
const clientInput = textInput(200).optional()

export const registerInput = z.strictObject({ email: emailInput, password: newPasswordInput, name: freeText(200).optional(), client: clientInput })

export const verifyEmailInput = z.strictObject({ token: tokenInput, password: passwordText, client: clientInput })

export const loginInput = z.strictObject({ email: emailInput, password: passwordText, client: clientInput, previousToken: tokenInput.optional() })

export const requestResetInput = z.strictObject({ email: emailInput, client: clientInput })

export const resetPasswordInput = z.strictObject({ token: tokenInput, password: newPasswordInput, client: clientInput })

export const changePasswordInput = z.strictObject({ token: tokenInput, currentPassword: passwordText, newPassword: newPasswordInput, client: clientInput })

export const sessionTokenInput = z.strictObject({ token: tokenInput })

export const ofSessionsInput = z.strictObject({ actor: actorInput, customerId: textInput(200).optional() })

export const ofSessionInput = ofSessionsInput.extend({ sessionId: idInput })

export type RegisterInput = z.input<typeof registerInput>
export type VerifyEmailInput = z.input<typeof verifyEmailInput>
export type LoginInput = z.input<typeof loginInput>
export type RequestResetInput = z.input<typeof requestResetInput>
export type ResetPasswordInput = z.input<typeof resetPasswordInput>
export type ChangePasswordInput = z.input<typeof changePasswordInput>
export type SessionTokenInput = z.input<typeof sessionTokenInput>
export type OfSessionsInput = z.input<typeof ofSessionsInput>
export type OfSessionInput = z.input<typeof ofSessionInput>
