/** The screens of a check: the purpose, the codes, the photo, the verdict; and the settings of this device. */
import { useCallback, useMemo, useState } from 'react'
import type { VerifiedPresentation } from '../../verifier/verifier.ts'
import { Button } from '../kit/button.tsx'
import { useClock } from '../kit/clock.tsx'
import { useTexts } from '../kit/language.tsx'
import { Layout, Screen } from '../kit/layout.tsx'
import { Loading } from '../kit/load.tsx'
import { Notice } from '../kit/notice.tsx'
import { Link, useRoute } from '../kit/router.tsx'
import { noteVerdict } from './core/demo.ts'
import type { Device } from './core/device.ts'
import type { Preferences } from './core/preferences.ts'
import { portraitsIn } from './core/shown-claims.ts'
import { check } from './messages/check.ts'
import { DeviceScreen } from './screens/device.tsx'
import { SamePerson } from './screens/portrait.tsx'
import { Purpose } from './screens/purpose.tsx'
import { Scan } from './screens/scan.tsx'
import { VerdictScreen } from './screens/verdict.tsx'
import { Sounds } from './sound.ts'
import { type Shown, toneOf } from './tone.ts'
import { type DeviceActs, useDevice } from './use-device.ts'
import { useHandedCode } from './use-handed-code.ts'

export function App() {
  const t = useTexts(check)
  const { path } = useRoute()
  const found = useDevice()
  return (
    <Layout name={t.name} aside={<Link to="device">{t.settings}</Link>}>
      {found.state === 'starting' && (
        <Screen title={t.starting} app={t.name} width="narrow">
          <Loading />
        </Screen>
      )}
      {found.state === 'failed' && <Failed {...found} />}
      {found.state === 'ready' && (path === 'device' ? <DeviceScreen {...found} /> : <Check {...found} />)}
    </Layout>
  )
}

interface CheckProps extends Pick<DeviceActs, 'prefer' | 'setTill'> {
  readonly device: Device
  readonly preferences: Preferences
}

interface Result {
  readonly result: VerifiedPresentation
  /** The photos that the issuers signed; none if none was asked for or the verdict is not good. */
  readonly portraits: readonly string[]
  readonly isSamePerson: boolean | null
}

function Check({ device, preferences, prefer, setTill }: CheckProps) {
  const [result, setResult] = useState<Result | null>(null)
  const sounds = useMemo(() => new Sounds(), [])
  const clock = useClock()
  const handed = useHandedCode(device, setTill)
  const { isSilent } = preferences
  const { isDemo } = device
  const said = useCallback(
    (outcome: Shown) => {
      if (!isSilent) sounds.play(toneOf(outcome))
      if (isDemo) noteVerdict({ outcome, at: clock() })
    },
    [isSilent, sounds, isDemo, clock],
  )
  const judged = useCallback(
    (verified: VerifiedPresentation) => {
      const portraits = verified.outcome === 'valid' ? portraitsIn(verified.disclosed ?? []) : []
      setResult({ result: verified, portraits, isSamePerson: null })
      if (portraits.length === 0) said(verified.outcome)
    },
    [said],
  )
  const preset = device.presets.find(({ id }) => id === preferences.preset)
  if (preset === undefined) {
    const choose = (id: string) => {
      sounds.allow()
      prefer({ preset: id })
    }
    return <Purpose presets={device.presets} onChoose={({ id }) => choose(id)} />
  }
  if (result === null) {
    return (
      <Scan
        device={device}
        preset={preset}
        codeSize={preferences.codeSize}
        handed={handed}
        onVerdict={judged}
        onChange={() => prefer({ preset: null })}
      />
    )
  }
  if (result.portraits.length > 0 && result.isSamePerson === null) {
    const answer = (isSamePerson: boolean) => {
      setResult({ ...result, isSamePerson })
      said(isSamePerson ? 'valid' : 'not_same')
    }
    return <SamePerson portraits={result.portraits} onAnswer={answer} />
  }
  const next = () => {
    sounds.allow()
    setResult(null)
  }
  return (
    <VerdictScreen result={result.result} isSamePerson={result.isSamePerson} labels={device.labels} onNext={next} />
  )
}

interface FailedProps extends Pick<DeviceActs, 'retry' | 'reset'> {
  readonly why: 'nothing' | 'other' | 'broken'
}

function Failed({ why, retry, reset }: FailedProps) {
  const t = useTexts(check)
  return (
    <Screen title={t[`${why}Title`]} app={t.name} width="narrow">
      <Notice kind={why === 'nothing' ? 'information' : 'warning'}>
        <p>{t[why]}</p>
      </Notice>
      {why === 'other' ? (
        <Button kind="danger" onPress={reset}>
          {t.reset}
        </Button>
      ) : (
        <Button onPress={retry}>{t.again}</Button>
      )}
    </Screen>
  )
}
