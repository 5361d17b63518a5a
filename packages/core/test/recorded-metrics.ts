import { type Attributes, type Meter, metrics } from '@opentelemetry/api'
import { onTestFinished } from 'vitest'

/** What an instrument was given. */
interface Measurement {
  readonly instrument: string
  readonly value: number
  readonly attributes: Attributes
}

/** Registers a meter with OpenTelemetry until the test ends, as a host does. @returns everything measured since */
export function recordedMetrics(): readonly Measurement[] {
  const measurements: Measurement[] = []
  const record =
    (instrument: string) =>
    (value: number, attributes: Attributes = {}) =>
      void measurements.push({ instrument, value, attributes })
  const meter: Pick<Meter, 'createCounter' | 'createHistogram' | 'createObservableGauge'> = {
    createCounter: (name) => ({ add: record(name) }),
    createHistogram: (name) => ({ record: record(name) }),
    // Nothing collects here what gauges show.
    createObservableGauge: () => ({ addCallback() {}, removeCallback() {} }),
  }
  // The core makes no other kind of instrument.
  metrics.setGlobalMeterProvider({ getMeter: () => meter as Meter })
  onTestFinished(() => metrics.disable())
  return measurements
}
