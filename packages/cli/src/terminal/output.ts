import { styleText } from 'node:util'

/** Where a command writes. */
export interface Streams {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }
}

type Style = Parameters<typeof styleText>[0]

/** Paints text when the terminal shows colours, else returns it as it is. */
export type Paint = (style: Style, text: string) => string

/** Writes results to stdout and everything else to stderr, so that `--json` leaves one JSON value on stdout. */
export class Output {
  readonly json: boolean
  readonly streams: Streams
  /** For what goes to stdout. */
  readonly paint: Paint

  constructor(streams: Streams, options: { readonly json: boolean }) {
    this.streams = streams
    this.json = options.json
    this.paint = painter(streams.stdout)
  }

  /** The command's result: as JSON, or in words. */
  result(value: unknown, words: () => string): void {
    if (this.json) this.value(value)
    else this.streams.stdout.write(`${words()}\n`)
  }

  value(value: unknown): void {
    this.streams.stdout.write(`${JSON.stringify(value)}\n`)
  }

  /** Something worth saying that is not the result. */
  note(text: string): void {
    this.streams.stderr.write(`${text}\n`)
  }

  failure(message: string, code: string, next: string | null): void {
    const paint = painter(this.streams.stderr)
    this.note(`${paint(['red', 'bold'], 'error')} ${message} ${paint('dim', `[${code}]`)}`)
    if (next !== null) this.note(`${paint('cyan', 'next ')} ${next}`)
  }

  /** Columns of the terminal that stdout shows on; undefined when it is no terminal, and nothing need be cut. */
  get width(): number | undefined {
    return this.streams.stdout.isTTY === true ? (this.streams.stdout.columns ?? 80) : undefined
  }
}

/** Colours are for terminals only, and not where NO_COLOR is set to anything (https://no-color.org). */
export function painter(stream: Streams['stdout']): Paint {
  const coloured = stream.isTTY === true && (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb'
  return (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text)
}
