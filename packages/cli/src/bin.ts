#!/usr/bin/env node
import { run } from './run.ts'

run(process.argv.slice(2), { stdout: process.stdout, stderr: process.stderr }).then((exitCode) => {
  process.exitCode = exitCode
})
