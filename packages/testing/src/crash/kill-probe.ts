import type { ShopStep, StepProbe } from '@cartwright/core'

/**
 * Notes every step passed and ends this process with SIGKILL, without any clean-up, at the one asked for.
 *
 * @param passed - where the steps are noted.
 * @param killAtStep - the n-th step passed, counted from 1; null for none.
 */
export function killProbe(passed: ShopStep[], killAtStep: number | null): StepProbe {
  return async (step) => {
    passed.push(step)
    if (passed.length !== killAtStep) return
    process.kill(process.pid, 'SIGKILL')
    await new Promise(() => {})
  }
}
