import { styleText } from 'node:util'
import { formatDecimal } from '@cartwright/core'

export type Narrator = ReturnType<typeof narrator>

/** Prints the demo's story; silent when only the result is wanted. */
export function narrator(silent: boolean) {
  let count = 0
  const print = (line: string) => {
    if (!silent) console.log(line)
  }
  return {
    /** A heading, and the call that a reader would write. */
    step(title: string, call: string) {
      count += 1
      print(`\n${styleText('bold', `${count}. ${title}`)}\n   ${styleText('cyan', call)}`)
    },
    say: (text: string) => print(`   ${text}`),
    end: (text: string) => print(`\n${styleText('bold', text)}`),
  }
}

/** An amount for people, e.g. `12.30 USD`. */
export function price(money: { readonly amountMinor: number; readonly currency: string } | undefined): string {
  return money === undefined ? 'no price' : `${formatDecimal(money)} ${money.currency}`
}
