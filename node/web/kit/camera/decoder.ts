/** The page's side of the worker that reads QR codes. */

export interface Picture {
  readonly id: number
  readonly picture: ImageBitmap
}

export interface Decoded {
  readonly id: number
  /** The texts of all codes in the picture; null if this browser cannot read codes. */
  readonly texts: readonly string[] | null
}

/** The worker, or the file of the WebAssembly reader, could not be loaded. */
export class CannotDecode extends Error {
  override name = 'CannotDecode'
}

interface Waiting {
  readonly resolve: (texts: readonly string[]) => void
  readonly reject: (error: Error) => void
}

export class Decoder {
  readonly #worker = new Worker(new URL('./decode-worker.ts', import.meta.url), { type: 'module' })
  readonly #waiting = new Map<number, Waiting>()
  #next = 0

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<Decoded>) => this.#settle(data)
    this.#worker.onerror = () => this.#fail()
  }

  /**
   * @param picture is closed by the worker
   * @throws {CannotDecode}
   */
  read(picture: ImageBitmap): Promise<readonly string[]> {
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ id, picture } satisfies Picture, [picture])
    })
  }

  close(): void {
    this.#worker.terminate()
    this.#fail()
  }

  #settle({ id, texts }: Decoded): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (texts === null) waiting?.reject(new CannotDecode('no reader'))
    else waiting?.resolve(texts)
  }

  #fail(): void {
    for (const { reject } of this.#waiting.values()) reject(new CannotDecode('the worker ended'))
    this.#waiting.clear()
  }
}
