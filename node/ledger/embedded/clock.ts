/** Milliseconds that the clock may gain between two looks, over the time that passed. */
const MAX_GAIN = 600_000
/** Milliseconds after which a new time is believed. */
const PROBATION = 60_000

/**
 * Notices a clock that jumps ahead: a block sealed by it could not be undone, and if the jump was a mistake nothing
 * could follow until that time. A jump that lasts is no mistake: the machine slept, or was wrong before.
 */
export class ClockWatch {
  /** How far the clock is ahead of the time since the start, as last believed. */
  #believed: number
  #doubt: { readonly offset: number; readonly since: number } | null = null

  /**
   * @param wall milliseconds since 1970
   * @param monotonic milliseconds that pass, whatever the clock says
   */
  constructor(
    private readonly wall: () => number,
    private readonly monotonic: () => number = () => performance.now(),
  ) {
    this.#believed = wall() - monotonic()
  }

  /** Null, or the times (s) that it should be and that it is said to be. To be asked every few seconds. */
  look(): { readonly expected: number; readonly now: number } | null {
    const passed = this.monotonic()
    const offset = this.wall() - passed
    if (offset - this.#believed > MAX_GAIN) {
      if (this.#doubt === null || Math.abs(offset - this.#doubt.offset) > MAX_GAIN)
        this.#doubt = { offset, since: passed }
      if (passed - this.#doubt.since < PROBATION) {
        return { expected: seconds(this.#believed + passed), now: seconds(offset + passed) }
      }
    }
    this.#believed = offset
    this.#doubt = null
    return null
  }
}

const seconds = (ms: number): number => Math.floor(ms / 1000)
