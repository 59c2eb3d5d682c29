import { type RefObject, useEffect, useRef, useState } from 'react'
import { type CameraFault, type Facing, NoCamera, openCamera } from './camera.ts'
import { CannotDecode, Decoder } from './decoder.ts'

export type ScanState =
  | { readonly state: 'starting' }
  | { readonly state: 'running' }
  | { readonly state: 'failed'; readonly fault: CameraFault | 'undecodable' }

/**
 * Runs the camera into the video and reads every picture that the worker is free for.
 * @param onText is called for each code in each picture, so the same text comes many times
 * @param turn another number opens the camera again
 */
export function useScan(
  video: RefObject<HTMLVideoElement | null>,
  facing: Facing,
  onText: (text: string) => void,
  turn: number,
): ScanState {
  const [state, setState] = useState<ScanState>({ state: 'starting' })
  const latest = useRef(onText)
  latest.current = onText
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new turn opens the camera again
  useEffect(() => {
    const target = video.current
    if (target === null) return
    setState({ state: 'starting' })
    const ending = new AbortController()
    scan(
      target,
      facing,
      text => latest.current(text),
      () => setState({ state: 'running' }),
      ending.signal,
    ).catch(error => {
      if (!ending.signal.aborted) setState({ state: 'failed', fault: faultOf(error) })
    })
    return () => ending.abort()
  }, [video, facing, turn])
  return state
}

const faultOf = (error: unknown): CameraFault | 'undecodable' => {
  if (error instanceof NoCamera) return error.fault
  return error instanceof CannotDecode ? 'undecodable' : 'busy'
}

async function scan(
  video: HTMLVideoElement,
  facing: Facing,
  onText: (text: string) => void,
  onRunning: () => void,
  signal: AbortSignal,
): Promise<void> {
  const decoder = new Decoder()
  let stream: MediaStream | null = null
  try {
    stream = await openCamera(facing)
    if (signal.aborted) return
    // The camera may be unplugged, or taken away by another program.
    const ended = endOf(stream, signal)
    video.srcObject = stream
    await video.play()
    onRunning()
    await Promise.race([ended, readAll(video, decoder, onText, signal)])
  } finally {
    decoder.close()
    video.srcObject = null
    for (const track of stream?.getTracks() ?? []) track.stop()
  }
}

function endOf(stream: MediaStream, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
    for (const track of stream.getTracks()) {
      track.addEventListener('ended', () => reject(new NoCamera('busy')), { once: true })
    }
  })
}

async function readAll(
  video: HTMLVideoElement,
  decoder: Decoder,
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await nextPicture(video, signal)
    if (signal.aborted) return
    const picture = await createImageBitmap(video)
    for (const text of await decoder.read(picture)) if (!signal.aborted) onText(text)
  }
}

/** Resolves when the camera has a new picture. */
function nextPicture(video: HTMLVideoElement, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const handle = video.requestVideoFrameCallback(() => resolve())
    signal.addEventListener(
      'abort',
      () => {
        video.cancelVideoFrameCallback(handle)
        resolve()
      },
      { once: true },
    )
  })
}
