import { CommanderError } from 'commander'
import { buildProgram } from './cli.ts'
import { nextStep } from './next-step.ts'
import { Output, type Streams } from './terminal/output.ts'

/**
 * Runs one command line.
 *
 * @param argv - without the node binary and the script.
 * @returns the exit code: 0 done, 1 failed or found something wrong, 2 the command line makes no sense.
 */
export async function run(argv: readonly string[], streams: Streams): Promise<number> {
  let exitCode = 0
  const output = new Output(streams, { json: argv.includes('--json') })
  const program = buildProgram(output, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exitCode
  } catch (error) {
    return report(error, output)
  }
}

async function report(error: unknown, output: Output): Promise<number> {
  if (error instanceof CommanderError) {
    // Commander has written its own message to stderr, or the help that was asked for.
    if (error.exitCode !== 0 && output.json) output.value({ error: { code: 'USAGE', message: error.message.replace(/^error: /, '') } })
    return error.exitCode === 0 ? 0 : 2
  }
  // Loaded when needed: help and mistakes are answered without the engine.
  const { isCommerceError } = await import('@cartwright/core')
  if (isCommerceError(error)) {
    const message = isCommerceError(error, 'NOT_FOUND') ? `There is no such ${error.details.object}.` : error.message
    output.failure(message, error.code, nextStep(error))
    if (output.json) output.value({ error: error.toJSON() })
    return 1
  }
  const message = error instanceof Error ? error.message : String(error)
  output.failure(message, 'UNEXPECTED', 'This is a fault in the command; please report it with the trace below.')
  if (error instanceof Error && error.stack !== undefined) output.note(error.stack)
  if (output.json) output.value({ error: { code: 'UNEXPECTED', message } })
  return 1
}
