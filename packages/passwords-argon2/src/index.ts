export { type Argon2Options, argon2Passwords } from './argon2-passwords.ts'
