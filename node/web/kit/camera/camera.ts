/** Opens a camera, and says in one word why there is no picture. */

export type CameraFault = 'insecure' | 'refused' | 'none' | 'busy'

export class NoCamera extends Error {
  override name = 'NoCamera'
  constructor(
    readonly fault: CameraFault,
    cause?: unknown,
  ) {
    super(fault, { cause })
  }
}

export type Facing = 'environment' | 'user'

/** Enough pixels for each module of a code (docs/in-person.md), and no more to decode than needed. */
const WIDTH = 1280
const HEIGHT = 720

/** @throws {NoCamera} */
export async function openCamera(facing: Facing): Promise<MediaStream> {
  // Browsers have no cameras for pages without https, except on localhost.
  if (!isSecureContext || navigator.mediaDevices === undefined) throw new NoCamera('insecure')
  const video = {
    facingMode: { ideal: facing },
    width: { ideal: WIDTH },
    height: { ideal: HEIGHT },
    frameRate: { ideal: 30 },
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ video, audio: false })
  } catch (error) {
    throw new NoCamera(faultOf(error), error)
  }
}

function faultOf(error: unknown): CameraFault {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'none'
  return 'busy'
}

export async function countCameras(): Promise<number> {
  const devices = await navigator.mediaDevices?.enumerateDevices()
  return (devices ?? []).filter(({ kind }) => kind === 'videoinput').length
}
