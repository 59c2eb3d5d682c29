/** Whole seconds since 1970-01-01T00:00:00Z: the unit of JWTs, of block timestamps and of every stored time. */
export type UnixSeconds = number

/** The clock is a parameter, so that tests can set the time. */
export type Clock = () => UnixSeconds

export const systemClock: Clock = () => Math.floor(Date.now() / 1000)

/** Calls `task` every so many seconds, until the returned function is called. */
export type Every = (seconds: number, task: () => void) => () => void

export const systemEvery: Every = (seconds, task) => {
  const timer = setInterval(task, seconds * 1000)
  return () => clearInterval(timer)
}

/** Timers are a parameter like the clock, so that tests need not wait. */
export interface Timer {
  /** Milliseconds since a fixed point in time. Never decreases. */
  readonly now: () => number
  /** Calls `callback` once after so many milliseconds, unless the returned function is called first. */
  readonly after: (milliseconds: number, callback: () => void) => () => void
}

export const systemTimer: Timer = {
  now: () => performance.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds)
    return () => clearTimeout(timer)
  },
}

export const pause = ({ after }: Timer, milliseconds: number): Promise<void> =>
  new Promise(resolve => void after(milliseconds, resolve))

/** Resolves when `work` does, or after so many milliseconds. Rejects as `work` does. */
export async function atMost({ after }: Timer, milliseconds: number, work: Promise<unknown>): Promise<void> {
  let cancel = () => {}
  const over = new Promise<void>(resolve => {
    cancel = after(milliseconds, resolve)
  })
  await Promise.race([work, over]).finally(() => cancel())
}

/** Resolves early, without an error, when `signal` aborts. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve()
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    signal.addEventListener('abort', end)
  })
}

export const MINUTE = 60
export const HOUR = 3600
export const DAY = 86_400

/** The day (UTC) of a time, counted from 1970, as StatusRegistry counts. */
export const utcDay = (time: UnixSeconds): number => Math.floor(time / DAY)
