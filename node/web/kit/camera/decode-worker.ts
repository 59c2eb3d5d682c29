/**
 * Reads QR codes in pictures, in a worker, so that the page stays smooth. Uses the browser's own reader where it has one,
 * else a WebAssembly reader, which is loaded only then. The worker's file is served with a policy of its own, so that the
 * page need not allow WebAssembly (node/http/web-routes.ts).
 */
import wasm from 'zxing-wasm/reader/zxing_reader.wasm?url'
import type { Decoded, Picture } from './decoder.ts'

type Read = (picture: ImageBitmap) => Promise<readonly string[]>

interface Detector {
  detect(picture: ImageBitmap): Promise<readonly { readonly rawValue: string }[]>
}
interface DetectorClass {
  new (options: { readonly formats: readonly string[] }): Detector
  getSupportedFormats(): Promise<readonly string[]>
}

const scope = globalThis as unknown as {
  readonly BarcodeDetector?: DetectorClass
  onmessage: ((event: { readonly data: Picture }) => void) | null
  postMessage(message: Decoded): void
}

async function openReader(): Promise<Read> {
  return (await ownReader()) ?? wasmReader()
}

async function ownReader(): Promise<Read | null> {
  const { BarcodeDetector } = scope
  if (BarcodeDetector === undefined) return null
  const formats = await BarcodeDetector.getSupportedFormats().catch((): readonly string[] => [])
  if (!formats.includes('qr_code')) return null
  const detector = new BarcodeDetector({ formats: ['qr_code'] })
  return async picture => (await detector.detect(picture)).map(({ rawValue }) => rawValue)
}

async function wasmReader(): Promise<Read> {
  const { prepareZXingModule, readBarcodes } = await import('zxing-wasm/reader')
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true })
  const canvas = new OffscreenCanvas(1, 1)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('no canvas')
  return async picture => {
    const { width, height } = picture
    if (canvas.width !== width) canvas.width = width
    if (canvas.height !== height) canvas.height = height
    context.drawImage(picture, 0, 0)
    const image = context.getImageData(0, 0, width, height)
    const found = await readBarcodes(image, { formats: ['QRCode'], maxNumberOfSymbols: 4, tryInvert: false })
    return found.filter(({ isValid }) => isValid).map(({ text }) => text)
  }
}

const opening = openReader()

scope.onmessage = async ({ data: { id, picture } }) => {
  try {
    const read = await opening
    scope.postMessage({ id, texts: await read(picture) })
  } catch {
    scope.postMessage({ id, texts: null })
  } finally {
    picture.close()
  }
}
