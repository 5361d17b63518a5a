import type { ChildProcess } from 'node:child_process'

/**
 * Sends a process a question and waits for its answer, the next message that comes from it. Rejects when it dies first.
 *
 * @typeParam Answer - what the process sends; not checked.
 * @param what - it was doing, for the error, e.g. `ran the seeds 1 to 20`
 */
export function askProcess<Answer>(child: ChildProcess, question: object, what: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const died = () => reject(new Error(`the process that ${what} died`))
    child.once('exit', died)
    child.once('message', (answer: Answer) => {
      child.off('exit', died)
      resolve(answer)
    })
    child.send(question)
  })
}
