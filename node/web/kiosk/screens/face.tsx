import { type RefObject, useEffect, useRef, useState } from 'react'
import { toBase64 } from '../../../lib/base64.ts'
import { concat } from '../../../lib/bytes.ts'
import { Actions, Button } from '../../kit/button.tsx'
import { type CameraFault, NoCamera, openCamera } from '../../kit/camera/camera.ts'
import { camera as cameraTexts } from '../../kit/camera/messages.ts'
import { useTexts } from '../../kit/language.tsx'
import { Screen, TwoColumns } from '../../kit/layout.tsx'
import { Notice } from '../../kit/notice.tsx'
import { Portrait } from '../../kit/portrait.tsx'
import type { FaceFault } from '../core/flow.ts'
import { kiosk } from '../messages/kiosk.ts'

export interface FaceStepProps {
  readonly portrait: Uint8Array
  readonly left: number
  readonly fault: FaceFault | null
  readonly simulated: boolean
  readonly onCapture: (capture: Uint8Array) => Promise<void>
}

export function FaceStep({ portrait, left, fault, simulated, onCapture }: FaceStepProps) {
  const t = useTexts(kiosk)
  const video = useRef<HTMLVideoElement>(null)
  const noCamera = useCamera(video)
  const [isPending, setPending] = useState(false)
  const send = async (capture: Uint8Array) => {
    setPending(true)
    await onCapture(capture)
    setPending(false)
  }
  return (
    <Screen title={t.faceTitle} app={t.name}>
      <p>{t.faceHow}</p>
      {fault === 'not-matched' && (
        <Notice kind="warning" title={t.notMatchedTitle}>
          <p>{t.notMatched(left)}</p>
        </Notice>
      )}
      {fault === 'assertion' && (
        <Notice kind="warning" title={t.assertionTitle}>
          <p>{t.assertion}</p>
        </Notice>
      )}
      {fault === 'offline' && (
        <Notice kind="warning" title={t.offlineTitle}>
          <p>{t.offline}</p>
        </Notice>
      )}
      <TwoColumns
        left={
          <figure className="kiosk-portrait">
            <Portrait source={`data:image/jpeg;base64,${toBase64(portrait)}`} alt={t.portrait} />
            <figcaption>{t.portrait}</figcaption>
          </figure>
        }
        right={
          <video
            ref={video}
            className="kiosk-camera"
            hidden={noCamera !== null}
            aria-label={t.view}
            muted
            playsInline
            autoPlay
          />
        }
      />
      {noCamera !== null && !simulated && <CameraNotice fault={noCamera} />}
      {simulated ? (
        <SimulatedFaces portrait={portrait} isPending={isPending} onCapture={send} />
      ) : (
        <Button
          size="large"
          isPending={isPending}
          isDisabled={noCamera !== null}
          onPress={async () => {
            const picture = await pictureOf(video.current)
            if (picture) await send(picture)
          }}
        >
          {t.compare}
        </Button>
      )}
    </Screen>
  )
}

function CameraNotice({ fault }: { readonly fault: CameraFault }) {
  const t = useTexts(cameraTexts)
  return (
    <Notice kind="warning" title={t[`${fault}Title`]}>
      <p>{t[fault]}</p>
    </Notice>
  )
}

interface SimulatedProps {
  readonly portrait: Uint8Array
  readonly isPending: boolean
  readonly onCapture: (capture: Uint8Array) => Promise<void>
}

/** In a demo the visitor chooses who stands at the camera (issuer/chip/simulated-face.ts). */
function SimulatedFaces({ portrait, isPending, onCapture }: SimulatedProps) {
  const t = useTexts(kiosk)
  const alive = Uint8Array.of(1)
  const dead = Uint8Array.of(0)
  return (
    <>
      <Notice title={t.simulatedTitle}>
        <p>{t.simulatedFace}</p>
      </Notice>
      <Actions>
        <Button isPending={isPending} onPress={() => onCapture(concat(alive, portrait))}>
          {t.simulateSame}
        </Button>
        <Button kind="secondary" isPending={isPending} onPress={() => onCapture(concat(alive, alive))}>
          {t.simulateOther}
        </Button>
        <Button kind="secondary" isPending={isPending} onPress={() => onCapture(concat(dead, portrait))}>
          {t.simulatePhoto}
        </Button>
      </Actions>
    </>
  )
}

/** Shows the camera beside the screen. @returns why there is no picture */
function useCamera(video: RefObject<HTMLVideoElement | null>): CameraFault | null {
  const [fault, setFault] = useState<CameraFault | null>(null)
  useEffect(() => {
    let stream: MediaStream | undefined
    let isGone = false
    openCamera('user').then(
      opened => {
        stream = opened
        if (isGone) return stopAll(opened)
        if (video.current) video.current.srcObject = opened
      },
      error => setFault(error instanceof NoCamera ? error.fault : 'busy'),
    )
    return () => {
      isGone = true
      stopAll(stream)
    }
  }, [video])
  return fault
}

function stopAll(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop()
}

/** The camera's picture as it is now, JPEG. */
async function pictureOf(video: HTMLVideoElement | null): Promise<Uint8Array | undefined> {
  if (video === null || video.videoWidth === 0) return undefined
  const canvas = document.createElement('canvas')
  canvas.width = video.videoWidth
  canvas.height = video.videoHeight
  canvas.getContext('2d')?.drawImage(video, 0, 0)
  const blob = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve, 'image/jpeg', 0.9))
  return blob === null ? undefined : new Uint8Array(await blob.arrayBuffer())
}
