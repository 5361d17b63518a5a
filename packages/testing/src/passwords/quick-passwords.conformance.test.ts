import { passwordHasherSuite } from '../conformance/passwords/password-hasher-suite.ts'
import { quickPasswords } from './quick-passwords.ts'

passwordHasherSuite({ name: 'quick passwords', open: () => quickPasswords(), older: () => quickPasswords({ generation: 0 }) })
