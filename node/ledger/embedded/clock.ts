/** How much more than the time that passed (ms) the clock may advance between two checks. */
const MAX_GAIN = 600_000
/** Milliseconds after which a new time is accepted. */
const ACCEPT_AFTER_MS = 60_000

/**
 * Notices when the system clock jumps ahead. A block that is sealed with a wrong later time cannot be undone, and no
 * block can follow it until that time. A jump that lasts is accepted: the machine slept, or its clock was wrong before.
 */
export class ClockWatch {
  /** The last accepted difference between the two clocks (ms). */
  #acceptedOffset: number
  #suspectedJump: { readonly offset: number; readonly since: number } | null = null

  /**
   * @param wall milliseconds since 1970
   * @param monotonic milliseconds of a clock that nobody sets
   */
  constructor(
    private readonly wall: () => number,
    private readonly monotonic: () => number = () => performance.now(),
  ) {
    this.#acceptedOffset = wall() - monotonic()
  }

  /** Null, or the time (s) that is expected and the time that the clock says. To be called every few seconds. */
  check(): { readonly expected: number; readonly now: number } | null {
    const passed = this.monotonic()
    const offset = this.wall() - passed
    if (offset - this.#acceptedOffset > MAX_GAIN) {
      if (this.#suspectedJump === null || Math.abs(offset - this.#suspectedJump.offset) > MAX_GAIN)
        this.#suspectedJump = { offset, since: passed }
      if (passed - this.#suspectedJump.since < ACCEPT_AFTER_MS) {
        return { expected: seconds(this.#acceptedOffset + passed), now: seconds(offset + passed) }
      }
    }
    this.#acceptedOffset = offset
    this.#suspectedJump = null
    return null
  }
}

const seconds = (ms: number): number => Math.floor(ms / 1000)
