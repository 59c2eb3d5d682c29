import { Gauge, type Registry } from 'prom-client'

/** Adds a gauge whose value is read at each request for the metrics. */
export type AddGauge = (name: string, help: string, read: () => number) => void

export const gaugesOf =
  (registry: Registry): AddGauge =>
  (name, help, read) => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })
  }
