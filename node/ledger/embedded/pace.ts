import { setImmediate as breathe } from 'node:timers/promises'

/** When a long execution lets others in: undefined to go on at once. Its promise never rejects. */
export type Pace = () => Promise<void> | undefined

/** @param slice ms to work before others are let in */
export function breathing(slice: number): Pace {
  let breathed = performance.now()
  return () => {
    if (performance.now() - breathed < slice) return undefined
    return breathe().then(() => {
      breathed = performance.now()
    })
  }
}
