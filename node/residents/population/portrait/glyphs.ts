/** Bitmaps of the characters in the band and in the number. */
import type { Canvas } from './canvas.ts'

const drawn = (text: string): readonly string[] => text.trim().split(/\s+/)

const LETTERS: Readonly<Record<string, readonly string[]>> = {
  S: drawn('.#### #.... #.... .###. ....# ....# ####.'),
  P: drawn('####. #...# #...# ####. #.... #.... #....'),
  E: drawn('##### #.... #.... ####. #.... #.... #####'),
  C: drawn('.#### #.... #.... #.... #.... #.... .####'),
  I: drawn('##### ..#.. ..#.. ..#.. ..#.. ..#.. #####'),
  M: drawn('#...# ##.## #.#.# #.#.# #...# #...# #...#'),
  N: drawn('#...# ##..# ##..# #.#.# #..## #..## #...#'),
  0: drawn('### #.# #.# #.# ###'),
  1: drawn('.#. ##. .#. .#. ###'),
  2: drawn('### ..# ### #.. ###'),
  3: drawn('### ..# .## ..# ###'),
  4: drawn('#.# #.# ### ..# ..#'),
  5: drawn('### #.. ### ..# ###'),
  6: drawn('### #.. ### #.# ###'),
  7: drawn('### ..# ..# .#. .#.'),
  8: drawn('### #.# ### #.# ###'),
  9: drawn('### #.# ### ..# ###'),
  가: drawn(`
    #####...#..
    ....#...#..
    ....#...#..
    ....#...#..
    ....#...###
    ...#....#..
    ...#....#..
    ..#.....#..
    ##......#..
    ........#..
    ........#..`),
  상: drawn(`
    ...#....#..
    ...#....#..
    ..#.#...###
    .#...#..#..
    #.....#.#..
    ........#..
    ...####.#..
    ..#....#...
    ..#....#...
    ..#....#...
    ...####....`),
}

/** Draws a text from left to right, starting at (x, y), with a space of one point between characters. */
export function drawText(canvas: Canvas, text: string, x: number, y: number, scale: number, colour: number): void {
  let at = x
  for (const letter of text) {
    const rows = LETTERS[letter] ?? []
    canvas.bitmap(rows, at, y, scale, colour)
    at += ((rows[0]?.length ?? 0) + 1) * scale
  }
}
