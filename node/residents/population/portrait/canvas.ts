/** A small image of palette colours with the shapes that a portrait needs. */
export class Canvas {
  readonly pixels: Uint8Array

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.pixels = new Uint8Array(width * height)
  }

  set(x: number, y: number, colour: number): void {
    if (x >= 0 && x < this.width && y >= 0 && y < this.height) this.pixels[y * this.width + x] = colour
  }

  rectangle(x: number, y: number, width: number, height: number, colour: number): void {
    for (let row = y; row < y + height; row++)
      for (let column = x; column < x + width; column++) this.set(column, row, colour)
  }

  /** A filled ellipse; draws only the rows from `top` to `bottom`. */
  ellipse(cx: number, cy: number, rx: number, ry: number, colour: number, top = 0, bottom = this.height): void {
    for (let y = Math.max(top, Math.ceil(cy - ry)); y <= Math.min(bottom, cy + ry); y++) {
      const half = rx * Math.sqrt(1 - ((y - cy) / ry) ** 2)
      for (let x = Math.ceil(cx - half); x <= cx + half; x++) this.set(x, y, colour)
    }
  }

  /** A part of an ellipse's outline. Angles are in turns, clockwise from the right. */
  arc(cx: number, cy: number, rx: number, ry: number, from: number, to: number, thick: number, colour: number): void {
    const steps = Math.ceil((rx + ry) * 4 * (to - from)) + 1
    for (let i = 0; i <= steps; i++) {
      const angle = 2 * Math.PI * (from + ((to - from) * i) / steps)
      const x = Math.round(cx + rx * Math.cos(angle))
      const y = Math.round(cy + ry * Math.sin(angle))
      this.rectangle(x, y, thick, thick, colour)
    }
  }

  /** Draws rows of `#` and `.`, with a square of `scale` pixels for each `#`. */
  bitmap(rows: readonly string[], x: number, y: number, scale: number, colour: number): void {
    rows.forEach((row, j) => {
      for (let i = 0; i < row.length; i++) {
        if (row[i] === '#') this.rectangle(x + i * scale, y + j * scale, scale, scale, colour)
      }
    })
  }
}
