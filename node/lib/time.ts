/** Whole seconds since 1970-01-01T00:00:00Z: the unit of JWTs, of block timestamps and of every stored time. */
export type UnixSeconds = number

/** Time is passed in, never read: a test turns the clock, and a replay has the clock of its block. */
export type Clock = () => UnixSeconds

export const systemClock: Clock = () => Math.floor(Date.now() / 1000)

export const MINUTE = 60
export const HOUR = 3600
export const DAY = 86_400
