import { createNoopMeter, type Histogram, type MeterProvider, metrics, ProxyTracerProvider, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { isCommerceError } from '../errors.ts'

const scope = '@cartwright/core'
const tracer = trace.getTracer(scope)

const noopMeter = createNoopMeter().constructor

/** The histogram of the meter provider that is registered now; undefined while the host has none. Kept, because asking for one at each call is dear. */
let durations: { readonly provider: MeterProvider; readonly histogram: Histogram | undefined } | undefined

function durationHistogram(): Histogram | undefined {
  const provider = metrics.getMeterProvider()
  if (durations?.provider !== provider) {
    const meter = provider.getMeter(scope)
    const histogram = meter.constructor === noopMeter ? undefined : meter.createHistogram('cartwright.call.duration', { unit: 'ms' })
    durations = { provider, histogram }
  }
  return durations.histogram
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
  const histogram = durationHistogram()
  if (histogram === undefined && !isTracing()) return call()
  return tracer.startActiveSpan(name, { kind: SpanKind.INTERNAL }, (span) => {
    const startedAt = performance.now()
    const end = (error?: unknown) => {
      const code = error === undefined ? 'OK' : isCommerceError(error) ? error.code : 'UNEXPECTED'
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
