import './scanner.css'
import { useEffect, useRef, useState } from 'react'
import { Actions, Button } from '../button.tsx'
import { useTexts } from '../language.tsx'
import { Notice } from '../notice.tsx'
import { countCameras, type Facing } from './camera.ts'
import { camera } from './messages.ts'
import { useScan } from './use-scan.ts'

export interface ScannerProps {
  /** Called for each code in each picture: the same text comes many times. */
  readonly onText: (text: string) => void
  /** What to hold in front of the camera. */
  readonly hint: string
  /** How much of an animated code has arrived, from 0 to 1. */
  readonly progress?: number
  /** Which camera to begin with: the one at the back of a phone, or the one beside its screen. */
  readonly facing?: Facing
  readonly size?: 'large' | 'small'
}

/** The camera's picture with a frame, and what to do if there is none. */
export function Scanner({ onText, hint, progress = 0, facing: first = 'environment', size = 'large' }: ScannerProps) {
  const t = useTexts(camera)
  const video = useRef<HTMLVideoElement>(null)
  const [facing, setFacing] = useState(first)
  const [turn, setTurn] = useState(0)
  const scan = useScan(video, facing, onText, turn)
  const cameras = useCameraCount(scan.state === 'running')
  const percent = Math.round(progress * 100)
  if (scan.state === 'failed') {
    return (
      <Notice kind="warning" title={t[`${scan.fault}Title`]}>
        <p>{t[scan.fault]}</p>
        {scan.fault !== 'insecure' && <Button onPress={() => setTurn(turn + 1)}>{t.again}</Button>}
        <video ref={video} hidden muted playsInline />
      </Notice>
    )
  }
  return (
    <div className={`scanner scanner-${size}`}>
      <div className={facing === 'user' ? 'scanner-view scanner-mirrored' : 'scanner-view'}>
        <video ref={video} className="scanner-video" aria-label={t.view} muted playsInline />
        <div className="scanner-frame" aria-hidden="true" />
        {scan.state === 'starting' && (
          <p className="scanner-state" role="status">
            {t.starting}
          </p>
        )}
      </div>
      {progress > 0 && (
        <div className="scanner-progress">
          <progress max={100} value={percent} aria-label={t.arrived(percent)} />
          <p aria-hidden="true">{t.arrived(percent)}</p>
        </div>
      )}
      <p className="scanner-hint">{hint}</p>
      {cameras > 1 && (
        <Actions>
          <Button kind="text" onPress={() => setFacing(facing === 'user' ? 'environment' : 'user')}>
            {t.other}
          </Button>
        </Actions>
      )}
    </div>
  )
}

function useCameraCount(isRunning: boolean): number {
  const [count, setCount] = useState(0)
  useEffect(() => {
    // Before the person has agreed, browsers do not tell how many cameras there are.
    if (isRunning) countCameras().then(setCount, () => setCount(0))
  }, [isRunning])
  return count
}
