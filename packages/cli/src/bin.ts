#!/usr/bin/env node
import { run } from './run.ts'

const { stdout, stderr } = process
const exitCode = await run(process.argv.slice(2), { stdout, stderr })
// What a configuration file opened for itself, such as a connection to Redis, nobody closes: it must not keep the process alive.
await Promise.all([stdout, stderr].map((stream) => new Promise((written) => stream.write('', written))))
process.exit(exitCode)
