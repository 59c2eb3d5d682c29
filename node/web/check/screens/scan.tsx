import './scan.css'
import { useCallback, useEffect, useRef, useState } from 'react'
import { systemTimer } from '../../../lib/time.ts'
import type { CodeSize } from '../../../verifier/in-person/frames.ts'
import type { Preset } from '../../../verifier/presets/preset.ts'
import type { VerifiedPresentation } from '../../../verifier/verifier.ts'
import { Button } from '../../kit/button.tsx'
import { Scanner } from '../../kit/camera/scanner.tsx'
import { useClock } from '../../kit/clock.tsx'
import { useLanguage, useTexts } from '../../kit/language.tsx'
import { Screen } from '../../kit/layout.tsx'
import { Notice } from '../../kit/notice.tsx'
import { MessageQr } from '../../kit/qr/message-qr.tsx'
import { Link } from '../../kit/router.tsx'
import { browserRandom } from '../core/browser-random.ts'
import type { Device } from '../core/device.ts'
import { CheckSession, NOTHING_READ, type Reading } from '../core/session.ts'
import { check } from '../messages/check.ts'
import { scan as texts } from '../messages/scan.ts'
import type { HandedCode } from '../use-handed-code.ts'
import { AgeBar } from './age-bar.tsx'

export interface ScanProps {
  readonly device: Device
  readonly preset: Preset
  readonly codeSize: CodeSize
  readonly handed: HandedCode
  readonly onVerdict: (result: VerifiedPresentation) => void
  readonly onChange: () => void
}

/** Our request on one side and the camera on the other. Whatever the person shows is read, in any order. */
export function Scan({ device, preset, codeSize, handed, onVerdict, onChange }: ScanProps) {
  const t = useTexts(texts)
  const c = useTexts(check)
  const language = useLanguage()
  const { reading, isMeeting, onText } = useSession(device, preset, codeSize, handed, onVerdict)
  const clock = useClock()
  const asks = device.till !== null && device.till.until > clock()
  const reads = (asks || preset.oneWay) && !isMeeting
  return (
    <Screen title={preset.name[language]} app={c.name}>
      <AgeBar knowledge={device.knowledge} maxAge={preset.maxAge} />
      {!reads && <Findings reading={reading} />}
      {isMeeting && (
        <Notice>
          <p>{t.meeting}</p>
        </Notice>
      )}
      {!asks && !isMeeting && (
        <Notice title={t.unregisteredTitle}>
          <p>{preset.oneWay ? t.unregistered : t.unregisteredOneWay}</p>
          <Link to="device">{t.register}</Link>
        </Notice>
      )}
      <div className={reading.progress > 0 ? 'scan scan-reading' : 'scan'}>
        {asks && reading.request && !isMeeting && (
          <div className="scan-show">
            <h2>{t.show}</h2>
            <MessageQr frames={reading.request} size={codeSize} label={t.request} />
            <p>{t.showHint}</p>
          </div>
        )}
        {reads && (
          <div className="scan-read">
            <Findings reading={reading} />
            <Scanner
              onText={onText}
              hint={reading.state === 'judging' ? t.judging : t.read}
              progress={reading.progress}
              size={asks ? 'small' : 'large'}
            />
          </div>
        )}
      </div>
      <Button kind="text" onPress={onChange}>
        {c.change}
      </Button>
    </Screen>
  )
}

/** What became of the last code. It stands at the camera, so that it pushes no part of our code out of the window. */
function Findings({ reading: { isFaulty, hint } }: { readonly reading: Reading }) {
  const t = useTexts(texts)
  return (
    <>
      {isFaulty && (
        <Notice kind="warning" title={t.faultTitle}>
          <p>{t.fault}</p>
        </Notice>
      )}
      {hint !== null && (
        <Notice kind="warning">
          <p>{t[hint]}</p>
        </Notice>
      )}
    </>
  )
}

function useSession(
  device: Device,
  preset: Preset,
  codeSize: CodeSize,
  handed: HandedCode,
  onVerdict: (result: VerifiedPresentation) => void,
) {
  const clock = useClock()
  const [reading, setReading] = useState(NOTHING_READ)
  const session = useRef<CheckSession>(null)
  const settle = useRef(onVerdict)
  settle.current = onVerdict
  const { code, take } = handed
  const [isHanded, setHanded] = useState(false)
  useEffect(() => {
    const { knowledge, till, seen, base } = device
    setReading(NOTHING_READ)
    const running = new CheckSession({
      ...{ preset, till, seen, clock, codeSize },
      verifier: knowledge.verifier,
      relay: `${base}/relay`,
      timer: systemTimer,
      random: browserRandom,
      fetcher: (input, init) => fetch(input, init),
      onChange: setReading,
      onVerdict: result => settle.current(result),
    })
    session.current = running
    running.start()
    const meeting = till === null ? null : take()
    setHanded(meeting !== null)
    if (meeting !== null) running.onText(meeting)
    return () => running.stop()
  }, [device, preset, codeSize, clock, take])
  const onText = useCallback((text: string) => session.current?.onText(text), [])
  // Before the device has its certificate, and until the phone has answered.
  const isMeeting = code !== null || (isHanded && reading.state === 'judging')
  return { reading, isMeeting, onText }
}
