import {
  type Counter,
  createNoopMeter,
  type Histogram,
  type Meter,
  type MeterProvider,
  type MetricOptions,
  metrics,
  ProxyTracerProvider,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { codeOf } from '../errors.ts'

const scope = '@cartwright/core'
const tracer = trace.getTracer(scope)

const noopMeter = createNoopMeter().constructor

interface Instruments {
  readonly provider: MeterProvider
  readonly calls: Histogram
  readonly cacheLookups: Counter
  readonly cacheAges: Histogram
  readonly workerRounds: Histogram
  readonly workerRows: Counter
}

/** What gauges show of how far a worker is behind; ages in ms, null for one that could not be read and is not shown. */
interface ShownLag {
  readonly jobs: Readonly<Record<string, number | null>>
  readonly consumers: readonly { readonly name: string; readonly events: number; readonly ageMs: number }[]
}

/** By the worker that has read it. */
const shownLags = new Map<object, ShownLag>()

/** The instruments of the meter provider that is registered now; none while the host has none. Kept, because asking for them at each call is dear. */
let instruments: Instruments | { readonly provider: MeterProvider; readonly calls: undefined } | undefined

function currentInstruments(): Instruments | undefined {
  const provider = metrics.getMeterProvider()
  if (instruments?.provider !== provider) {
    const meter = provider.getMeter(scope)
    instruments =
      meter.constructor === noopMeter
        ? { provider, calls: undefined }
        : {
            provider,
            calls: meter.createHistogram('cartwright.call.duration', { unit: 'ms' }),
            cacheLookups: meter.createCounter('cartwright.cache.lookups'),
            cacheAges: meter.createHistogram('cartwright.cache.age', { unit: 'ms' }),
            workerRounds: meter.createHistogram('cartwright.worker.round.duration', { unit: 'ms' }),
            workerRows: meter.createCounter('cartwright.worker.rows'),
          }
    if (instruments.calls !== undefined) addLagGauges(meter)
  }
  return instruments.calls === undefined ? undefined : instruments
}

/** Gauges that show what was read last, so that collecting them waits for nothing. */
function addLagGauges(meter: Meter): void {
  meter.createObservableGauge('cartwright.worker.due.age', { unit: 'ms' }).addCallback((gauge) => {
    for (const { jobs } of shownLags.values())
      for (const [job, ageMs] of Object.entries(jobs)) if (ageMs !== null) gauge.observe(ageMs, { 'cartwright.job': job })
  })
  const ofConsumers = (name: string, options: MetricOptions, figureOf: (consumer: ShownLag['consumers'][number]) => number) =>
    meter.createObservableGauge(name, options).addCallback((gauge) => {
      for (const { consumers } of shownLags.values())
        for (const consumer of consumers) gauge.observe(figureOf(consumer), { 'cartwright.consumer': consumer.name })
    })
  ofConsumers('cartwright.consumer.lag.events', {}, ({ events }) => events)
  ofConsumers('cartwright.consumer.lag.age', { unit: 'ms' }, ({ ageMs }) => ageMs)
}

/** Whether the host has registered a meter provider: else nobody sees what would be measured. */
export function isMetered(): boolean {
  return currentInstruments() !== undefined
}

/** Lets the gauges show how far behind a worker has found the shop to be; undefined takes back what it has shown. */
export function showLag(worker: object, lag: ShownLag | undefined): void {
  if (lag === undefined) shownLags.delete(worker)
  else shownLags.set(worker, lag)
}

/**
 * Counts one look into a cache. Attributes name the kind of thing, never its key.
 *
 * @param ageMs - how long ago what was found had been read from the database.
 */
export function countCacheLookup(kind: string, level: 'process' | 'shared', outcome: 'hit' | 'miss' | 'stale' | 'error', ageMs?: number): void {
  const current = currentInstruments()
  if (current === undefined) return
  const attributes = { 'cartwright.cache': kind, 'cartwright.level': level, 'cartwright.outcome': outcome }
  current.cacheLookups.add(1, attributes)
  if (ageMs !== undefined) current.cacheAges.record(Math.max(0, ageMs), attributes)
}

/** Runs one round of a job of the worker and counts how long it took, and how many rows it did and how many failed. */
export async function measureRound<Report extends { readonly done: number; readonly failed: number }>(
  job: string,
  round: () => Promise<Report>,
): Promise<Report> {
  const startedAt = performance.now()
  const end = (outcome: string) =>
    currentInstruments()?.workerRounds.record(performance.now() - startedAt, { 'cartwright.job': job, 'cartwright.outcome': outcome })
  try {
    const report = await round()
    end('OK')
    countWorkerRows(job, 'done', report.done)
    countWorkerRows(job, 'failed', report.failed)
    return report
  } catch (error) {
    end(codeOf(error))
    throw error
  }
}

/** Counts rows of a job of the worker. `parked` ones have failed too, and are not tried again before somebody asks for it. */
export function countWorkerRows(job: string, outcome: 'done' | 'failed' | 'parked', count: number): void {
  if (count > 0) currentInstruments()?.workerRows.add(count, { 'cartwright.job': job, 'cartwright.outcome': outcome })
}

/** False while the host has registered no tracer provider: spans would go nowhere. */
function isTracing(): boolean {
  const provider = trace.getTracerProvider()
  return !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer(scope) !== undefined
}

/**
 * The same object, with an OpenTelemetry span and a duration for each call that returns a promise. Attributes name the method and the error code, never a
 * parameter. Calls go straight through while the host has registered no OpenTelemetry SDK.
 *
 * @param feature - the first half of the span's name, e.g. `checkout` in `checkout.place`.
 */
export function instrument<T extends object>(feature: string, target: T): T {
  const wrapped = new Map<PropertyKey, unknown>()
  return new Proxy(target, {
    get(object, property) {
      const member: unknown = Reflect.get(object, property, object)
      if (typeof member !== 'function') return member
      const known = wrapped.get(property)
      if (known !== undefined) return known
      const call = (parameters: unknown[]): unknown => Reflect.apply(Reflect.get(object, property, object) as typeof member, object, parameters)
      const method = (...parameters: unknown[]) => measure(`${feature}.${String(property)}`, () => call(parameters))
      wrapped.set(property, method)
      return method
    },
  })
}

/**
 * Runs a call under a span and counts how long it took, a promise until it has settled. For adapters: what a call to an outside service cost.
 *
 * @param name - of the span and of the metric's attribute; from a short, closed list, never with an id in it.
 */
export function measure<T>(name: string, call: () => T): T {
  const histogram = currentInstruments()?.calls
  if (histogram === undefined && !isTracing()) return call()
  return tracer.startActiveSpan(name, { kind: SpanKind.INTERNAL }, (span) => {
    const startedAt = performance.now()
    const end = (error?: unknown) => {
      const code = error === undefined ? 'OK' : codeOf(error)
      if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: code })
      span.setAttribute('cartwright.outcome', code)
      span.end()
      histogram?.record(performance.now() - startedAt, { 'cartwright.call': name, 'cartwright.outcome': code })
    }
    try {
      const result = call()
      if (!(result instanceof Promise)) {
        end()
        return result
      }
      return result.then(
        (value: unknown) => {
          end()
          return value
        },
        (error: unknown) => {
          end(error)
          throw error
        },
      ) as T
    } catch (error) {
      end(error)
      throw error
    }
  })
}
