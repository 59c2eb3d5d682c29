import type { Context } from './terminal.ts'

const WIDTH = 30
const PLAIN_EVERY_MS = 5_000
/** Moves the cursor to the start of the line and clears the line. */
const CLEAR = '\r\x1b[2K'

/** Korean letters are two columns wide. */
const widthOf = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (/\p{sc=Hang}/u.test(letter) ? 2 : 1), 0)

/** A progress bar on a terminal. On other streams it prints a line every few seconds, for a log. */
export class Progress {
  #shown = Number.NEGATIVE_INFINITY
  #drawn = false

  /** `total` may be an estimate: the bar shows at most 100 %. With 0, the total is unknown and there is no bar. */
  constructor(
    private readonly context: Context,
    private readonly label: string,
    private readonly total: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  update(done: number): void {
    const { stderr } = this.context.terminal
    const time = this.now()
    if (stderr.isTTY) {
      if (time - this.#shown < 100) return
      this.#draw(done.toLocaleString('en'), this.total > 0 ? Math.min(1, done / this.total) : null)
    } else {
      if (time - this.#shown < PLAIN_EVERY_MS) return
      stderr.write(`${this.label} ${this.total > 0 ? `${done}/${this.total}` : done}\n`)
    }
    this.#shown = time
  }

  /** Clears the bar, so that the next output starts on an empty line. */
  end(): void {
    if (this.#drawn) this.context.terminal.stderr.write(CLEAR)
  }

  /** Fits the bar to the terminal, since a wrapped line cannot be cleared. */
  #draw(count: string, share: number | null): void {
    const { stderr } = this.context.terminal
    const percent = share === null ? '' : `${Math.floor(share * 100)}%`.padStart(5)
    const text = `${this.label}${percent}  ${count}`
    const room = Math.min(WIDTH, (stderr.columns || 80) - widthOf(text) - 2)
    const filled = Math.round((share ?? 0) * room)
    const bar = share === null || room < 5 ? '' : ` ${'█'.repeat(filled)}${'░'.repeat(room - filled)}`
    stderr.write(`${CLEAR}${this.label}${bar}${percent}  ${count}`)
    this.#drawn = true
  }
}
