export { run } from './run.ts'
export type { Streams } from './terminal/output.ts'
