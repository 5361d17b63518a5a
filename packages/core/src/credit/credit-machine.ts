import { transitionTable } from '../transition-table.ts'

/** Whether it can be spent; a disabled one keeps its balance. */
export type CreditStatus = 'active' | 'disabled'
export type CreditEvent = 'disable' | 'enable'

export const creditMachine = transitionTable<CreditStatus, CreditEvent>({
  name: 'credit account',
  initial: 'active',
  transitions: { active: { disable: 'disabled' }, disabled: { enable: 'active' } },
})
