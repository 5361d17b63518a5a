export { killProbe } from './crash/kill-probe.ts'
export { type ProcessScope, runAsProcess } from './crash/run-as-process.ts'
export { type ProcessEnd, type RunningProcess, type StartProcessOptions, startProcess } from './crash/start-process.ts'
