/**
 * A camera that sees another page's screen. The pictures of that screen are drawn smaller, tilted, blurred and with noise,
 * as a phone's camera would see them. The pictures come from the browser itself, not from what the page was asked to show.
 */
import { setTimeout } from 'node:timers/promises'
import type { BrowserContext, CDPSession, Page } from 'playwright-core'

export interface Optics {
  /** The share of the camera's height that the other screen's larger side takes. */
  readonly scale?: number
  /** Degrees. */
  readonly tilt?: number
  /** Pixels of the camera's picture. */
  readonly blur?: number
  /** Of 255. */
  readonly noise?: number
}

const DEFAULT: Required<Optics> = { scale: 1.3, tilt: 4, blur: 0.6, noise: 24 }

/** To be called before the page is opened: replaces its cameras by one that `see` controls. */
export async function addCamera(context: BrowserContext): Promise<void> {
  // Names that the compiler of the tests refers to.
  await context.addInitScript('globalThis.__name = each => each')
  await context.addInitScript(fakeCamera)
}

/**
 * From now on the camera of `viewer` sees the screen of `seen`.
 * @returns ends it: the camera then sees nothing
 */
export async function see(viewer: Page, seen: Page, optics: Optics = {}): Promise<() => Promise<void>> {
  const stop = await film(seen, picture => show(viewer, picture, optics))
  return async () => {
    await stop()
    await clear(viewer)
  }
}

/** Pictures of a screen, and when each was taken: milliseconds from the first. */
export type Video = readonly { readonly at: number; readonly picture: string }[]

/** Films another screen for so many milliseconds, as somebody with a phone of their own does. */
export async function record(seen: Page, milliseconds: number): Promise<Video> {
  const video: { at: number; picture: string }[] = []
  const begun = performance.now()
  const stop = await film(seen, async picture => void video.push({ at: performance.now() - begun, picture }))
  await setTimeout(milliseconds)
  await stop()
  return video
}

/** Plays a video to the camera at the speed of its recording, from the start again if need be, until something was read. */
export async function play(viewer: Page, video: Video, read: () => Promise<void>): Promise<void> {
  let isRead = false
  const reading = read().finally(() => {
    isRead = true
  })
  while (!isRead) {
    const begun = performance.now()
    for (const { at, picture } of video) {
      await setTimeout(Math.max(0, at - (performance.now() - begun)))
      if (isRead) break
      await show(viewer, picture)
    }
  }
  await clear(viewer)
  await reading
}

const show = (viewer: Page, picture: string, optics: Optics = {}): Promise<void> =>
  viewer
    .evaluate(([jpeg, with_]) => window.dojangCamera?.show(jpeg, with_), [picture, { ...DEFAULT, ...optics }] as const)
    // The page may be closed meanwhile.
    .catch(() => undefined)

const clear = (viewer: Page): Promise<void> =>
  viewer.evaluate(() => window.dojangCamera?.clear()).catch(() => undefined)

/** @returns ends it */
async function film(seen: Page, take: (picture: string) => Promise<void>): Promise<() => Promise<void>> {
  const devtools = await devtoolsOf(seen)
  let isOver = false
  const onFrame = async ({ data, sessionId }: { readonly data: string; readonly sessionId: number }) => {
    if (!isOver) await take(data)
    // Only now, so that a busy machine leaves out pictures, and none of them waits. The page may be closed meanwhile.
    await devtools.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined)
  }
  devtools.on('Page.screencastFrame', onFrame)
  // No camera of these tests sees more pixels.
  const largest = { maxWidth: 1000, maxHeight: 1000 }
  await devtools.send('Page.startScreencast', { format: 'jpeg', quality: 92, everyNthFrame: 1, ...largest })
  return async () => {
    isOver = true
    devtools.off('Page.screencastFrame', onFrame)
    await devtools.send('Page.stopScreencast').catch(() => undefined)
  }
}

const sessions = new WeakMap<Page, Promise<CDPSession>>()

/** One for each page, which is never detached: that would end the page's virtual authenticators. */
function devtoolsOf(page: Page): Promise<CDPSession> {
  const session = sessions.get(page) ?? page.context().newCDPSession(page)
  sessions.set(page, session)
  return session
}

declare global {
  interface Window {
    dojangCamera?: {
      show(jpeg: string, optics: Required<Optics>): Promise<void>
      clear(): void
    }
  }
}

/** Runs in the page. */
function fakeCamera(): void {
  const WIDTH = 1280
  const HEIGHT = 720
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT)
  const context = canvas.getContext('2d', { alpha: false })
  if (context === null || navigator.mediaDevices === undefined) return
  let screen: ImageBitmap | null = null
  /** Numbers of pictures: one that was decoded too late must not be shown after a later one, or after `clear`. */
  let newest = 0
  let shown = 0
  let optics = { scale: 1, tilt: 0, blur: 0, noise: 0 }

  const draw = () => {
    context.filter = 'none'
    context.fillStyle = '#6a6a64'
    context.fillRect(0, 0, WIDTH, HEIGHT)
    if (screen === null) return
    const { scale, tilt, blur, noise } = optics
    const factor = (HEIGHT * scale) / Math.max(screen.width, screen.height)
    context.save()
    context.translate(WIDTH / 2, HEIGHT / 2)
    context.rotate((tilt * Math.PI) / 180)
    context.scale(factor, factor)
    context.filter = blur > 0 ? `blur(${blur}px)` : 'none'
    context.drawImage(screen, -screen.width / 2, -screen.height / 2)
    context.restore()
    if (noise === 0) return
    context.globalAlpha = noise / 255
    context.drawImage(grain, -Math.random() * WIDTH, -Math.random() * HEIGHT)
    context.globalAlpha = 1
  }

  /** Drawn once, four times as large as a picture. New noise for each picture would take most of a processor. */
  const grain = new OffscreenCanvas(WIDTH * 2, HEIGHT * 2)
  const target = grain.getContext('2d', { alpha: false })
  const image = target?.createImageData(grain.width, grain.height)
  if (target && image) {
    const pixels = new Uint32Array(image.data.buffer)
    for (let at = 0; at < pixels.length; at++) pixels[at] = 0xff000000 + Math.floor(Math.random() * 256) * 0x010101
    target.putImageData(image, 0, 0)
  }

  window.dojangCamera = {
    show: async (jpeg, wanted) => {
      newest += 1
      const own = newest
      const bytes = Uint8Array.from(atob(jpeg), letter => letter.charCodeAt(0))
      const picture = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }))
      if (own < shown) return
      shown = own
      screen = picture
      optics = wanted
    },
    clear: () => {
      newest += 1
      shown = newest
      screen = null
    },
  }

  navigator.mediaDevices.getUserMedia = async () => {
    const output = document.createElement('canvas')
    output.width = WIDTH
    output.height = HEIGHT
    const target = output.getContext('2d', { alpha: false })
    const timer = setInterval(() => {
      draw()
      target?.drawImage(canvas, 0, 0)
    }, 40)
    const stream = output.captureStream(25)
    for (const track of stream.getTracks()) {
      const stop = track.stop.bind(track)
      track.stop = () => {
        clearInterval(timer)
        stop()
      }
    }
    return stream
  }
  navigator.mediaDevices.enumerateDevices = async () =>
    [{ kind: 'videoinput', deviceId: 'fake', groupId: '', label: '', toJSON: () => ({}) }] as MediaDeviceInfo[]
}
