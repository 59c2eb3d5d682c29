import type { Context } from './terminal.ts'

const WIDTH = 30
const PLAIN_EVERY_MS = 5_000

/** A bar that redraws itself on a terminal; elsewhere a plain line now and then, fit for a log. */
export class Progress {
  #shown = 0
  #drawn = false

  /** `total` may be an estimate: the bar never claims more than all of it. */
  constructor(
    private readonly context: Context,
    private readonly label: string,
    private readonly total: number,
    private readonly now: () => number = Date.now,
  ) {}

  update(done: number): void {
    const { stderr } = this.context.terminal
    const time = this.now()
    if (stderr.isTTY) {
      if (time - this.#shown < 100) return
      const share = this.total > 0 ? Math.min(1, done / this.total) : 0
      const filled = Math.round(share * WIDTH)
      const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled)
      stderr.write(
        `\r${this.label} ${bar} ${String(Math.floor(share * 100)).padStart(3)}%  ${done.toLocaleString('en')}`,
      )
      this.#drawn = true
    } else {
      if (this.#shown !== 0 && time - this.#shown < PLAIN_EVERY_MS) return
      stderr.write(`${this.label} ${done}/${this.total}\n`)
    }
    this.#shown = time
  }

  /** Clears the bar: what follows stands on a line of its own. */
  end(): void {
    if (this.#drawn) this.context.terminal.stderr.write(`\r${' '.repeat(this.label.length + WIDTH + 30)}\r`)
  }
}
