/** Draws a face, different for each person, with 가상 and SPECIMEN on it, so that nobody takes it for a photograph. */
import type { ResidentFacts } from '../../../credential/subject.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { Canvas } from './canvas.ts'
import { drawText } from './glyphs.ts'
import { encodePng } from './png.ts'

const WIDTH = 120
const HEIGHT = 150
const CENTRE = 60
const EYES = 68

/** Indexes of the palette. */
const Ink = { wall: 0, skin: 1, shade: 2, hair: 3, shirt: 4, white: 5, black: 6, lips: 7, band: 8, cheek: 9, trim: 10 }

type Rgb = readonly [number, number, number]
const WALLS: readonly Rgb[] = [
  [214, 228, 240],
  [226, 232, 220],
  [238, 228, 214],
  [228, 222, 236],
  [222, 236, 234],
]
const SKINS: readonly Rgb[] = [
  [246, 214, 184],
  [238, 200, 166],
  [228, 188, 152],
  [250, 222, 196],
  [218, 176, 140],
]
const HAIRS: readonly Rgb[] = [
  [28, 24, 24],
  [44, 32, 26],
  [62, 42, 30],
  [84, 56, 38],
]
const GREYS: readonly Rgb[] = [
  [120, 120, 122],
  [168, 168, 170],
  [206, 206, 208],
]
const SHIRTS: readonly Rgb[] = [
  [38, 62, 104],
  [90, 34, 46],
  [44, 84, 66],
  [70, 70, 78],
  [150, 98, 40],
  [96, 74, 130],
]

export interface PortraitSubject {
  /** Years. */
  readonly age: number
  readonly sex: ResidentFacts['sex']
  /** From 1. Written in the corner, so that all portraits differ. */
  readonly ordinal: number
}

/** PNG, 120 × 150, less than 4,096 bytes. */
export function specimenPortrait(random: SeededRandom, subject: PortraitSubject): Uint8Array {
  const canvas = new Canvas(WIDTH, HEIGHT)
  const face = { rx: random.between(27, 33), ry: random.between(36, 41) }
  const long = subject.sex === 'F' && random.chance(0.6)
  shoulders(canvas, random, long, face.rx)
  head(canvas, random, face)
  hair(canvas, random, face, subject)
  features(canvas, random, subject)
  marks(canvas, subject.ordinal)
  return encodePng(canvas, palette(random, subject.age))
}

function palette(random: SeededRandom, age: number): readonly Rgb[] {
  const skin = random.pick(SKINS)
  const darker = (colour: Rgb, by: number): Rgb => [colour[0] * by, colour[1] * by, colour[2] * by]
  const hairColour = random.chance((age - 40) / 40) ? random.pick(GREYS) : random.pick(HAIRS)
  const shirt = random.pick(SHIRTS)
  const cheek: Rgb = [skin[0], skin[1] * 0.92, skin[2] * 0.9]
  // biome-ignore format: in the order of Ink
  return [
    random.pick(WALLS), skin, darker(skin, 0.86), hairColour, shirt, [255, 255, 255], [34, 30, 30], [190, 92, 88],
    [196, 30, 58], cheek, darker(shirt, 0.7),
  ]
}

function shoulders(canvas: Canvas, random: SeededRandom, long: boolean, faceWidth: number): void {
  if (long) {
    const below = random.between(94, 124)
    canvas.ellipse(CENTRE, 62, faceWidth + 9, 48, Ink.hair)
    canvas.rectangle(CENTRE - faceWidth - 9, 62, 2 * (faceWidth + 9) + 1, below - 62, Ink.hair)
  }
  const width = random.between(48, 56)
  canvas.ellipse(CENTRE, 152, width, random.between(36, 42), Ink.shirt)
  canvas.rectangle(CENTRE - 11, 98, 23, 20, Ink.shade)
  if (random.chance(0.5)) {
    for (let i = 0; i < 18; i++) canvas.rectangle(CENTRE - 13 + (i >> 1), 112 + i, 27 - i, 1, Ink.white)
    canvas.rectangle(CENTRE - 2, 116, 5, 20, Ink.trim)
  } else {
    canvas.ellipse(CENTRE, 114, 15, 8, Ink.trim)
    canvas.ellipse(CENTRE, 113, 12, 6, Ink.shade)
  }
}

function head(canvas: Canvas, random: SeededRandom, { rx, ry }: { rx: number; ry: number }): void {
  const ears = random.between(5, 7)
  canvas.ellipse(CENTRE - rx, 72, ears, 9, Ink.shade)
  canvas.ellipse(CENTRE + rx, 72, ears, 9, Ink.shade)
  canvas.ellipse(CENTRE, 68, rx, ry, Ink.skin)
  const jaw = random.between(0, 6)
  if (jaw > 2) canvas.ellipse(CENTRE, 86, rx - 8 + jaw, 20, Ink.skin)
  if (random.chance(0.5)) {
    canvas.ellipse(CENTRE - 17, 84, 6, 4, Ink.cheek)
    canvas.ellipse(CENTRE + 17, 84, 6, 4, Ink.cheek)
  }
}

function hair(
  canvas: Canvas,
  random: SeededRandom,
  { rx, ry }: { rx: number; ry: number },
  { age, sex }: PortraitSubject,
): void {
  const top = 68 - ry
  if (age < 2 || (sex === 'M' && age > 50 && random.chance(0.25))) {
    // Bald, or not yet grown: a rim over the ears.
    canvas.ellipse(CENTRE - rx, 60, 4, 10, Ink.hair)
    canvas.ellipse(CENTRE + rx, 60, 4, 10, Ink.hair)
    return
  }
  const brow = top + random.between(14, 20)
  canvas.ellipse(CENTRE, top + 22, rx + 4, random.between(26, 30), Ink.hair, 0, brow)
  const style = random.between(0, 3)
  const parting = random.between(-14, 14)
  for (let x = -rx - 3; x <= rx + 3; x++) {
    const across = x / (rx + 3)
    const fringe = [4 - 10 * across ** 2, Math.abs(x - parting) * 0.35 - 5, 3, (x * 3) % 7][style] as number
    const side = Math.abs(across) > 0.9 ? 16 : 0
    const length = Math.round(fringe + 6 * across ** 2 + side)
    if (length > 0) canvas.rectangle(CENTRE + x, brow, 1, length, Ink.hair)
    else canvas.rectangle(CENTRE + x, brow + length + 1, 1, -length, Ink.skin)
  }
}

function features(canvas: Canvas, random: SeededRandom, { age }: PortraitSubject): void {
  const apart = random.between(12, 15)
  const size = random.between(4, 6)
  const brows = random.between(8, 11)
  const tilt = random.between(-1, 1)
  const glasses = random.chance(0.3)
  for (const side of [-1, 1]) {
    const x = CENTRE + side * apart
    canvas.ellipse(x, EYES, size + 2, size - 1, Ink.white)
    canvas.ellipse(x, EYES, size - 2, size - 1, Ink.black)
    canvas.set(x + 1, EYES - 1, Ink.white)
    canvas.arc(x, EYES, size + 2, size - 1, 0.5, 1, 1, Ink.black)
    canvas.arc(x, EYES - brows + 6 + side * tilt, 8, 6, 0.57, 0.93, 2, Ink.hair)
    if (glasses) canvas.arc(x, EYES + 1, 11, 9, 0, 1, 1, Ink.black)
    if (age > 55) canvas.arc(x, EYES + 2, size + 3, 7, 0.1, 0.4, 1, Ink.shade)
    if (age > 65) canvas.arc(CENTRE + side * 9, 88, 7, 10, side < 0 ? 0.4 : 0.9, side < 0 ? 0.6 : 1.1, 1, Ink.shade)
  }
  if (glasses) canvas.rectangle(CENTRE - apart + 11, EYES, 2 * apart - 21, 1, Ink.black)
  const nose = random.between(78, 83)
  canvas.arc(CENTRE, nose - 2, random.between(4, 6), 4, 0.05, 0.45, 2, Ink.shade)
  canvas.rectangle(CENTRE + 2, EYES + 3, 1, nose - EYES - 3, Ink.shade)
  const mouth = random.between(8, 13)
  const smile = random.between(2, 5)
  canvas.arc(CENTRE, 91 - smile, mouth, smile + 2, 0.04, 0.46, 2, Ink.lips)
  if (random.chance(0.2)) canvas.ellipse(CENTRE + random.between(-20, 20), random.between(76, 92), 1, 1, Ink.black)
}

function marks(canvas: Canvas, ordinal: number): void {
  canvas.rectangle(0, 124, WIDTH, 20, Ink.band)
  drawText(canvas, 'SPECIMEN', 13, 127, 2, Ink.white)
  drawText(canvas, '가상', 95, 3, 1, Ink.band)
  drawText(canvas, String(ordinal), 3, 4, 1, Ink.band)
}
