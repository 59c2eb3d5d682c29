/** One short sound for each tone, so that a clerk need not look at the screen. */
import type { Tone } from './tone.ts'

/** Hertz and seconds, one after the other. */
const NOTES: Readonly<Record<Tone, readonly (readonly [pitch: number, length: number])[]>> = {
  good: [
    [880, 0.09],
    [1320, 0.16],
  ],
  bad: [
    [220, 0.18],
    [220, 0.28],
  ],
  stopped: [[330, 0.3]],
  over: [[330, 0.3]],
  open: [[587, 0.12]],
}
const PAUSE = 0.05
const LOUDNESS = 0.15

export class Sounds {
  #context: AudioContext | undefined

  /** To be called at a press: browsers are silent before one. */
  allow(): void {
    if (typeof AudioContext === 'undefined') return
    this.#context ??= new AudioContext()
    void this.#context.resume()
  }

  play(tone: Tone): void {
    const context = this.#context
    if (context?.state !== 'running') return
    let at = context.currentTime
    for (const [pitch, length] of NOTES[tone]) {
      const note = context.createOscillator()
      const volume = context.createGain()
      volume.gain.value = LOUDNESS
      note.frequency.value = pitch
      note.connect(volume).connect(context.destination)
      note.start(at)
      note.stop(at + length)
      at += length + PAUSE
    }
  }
}
