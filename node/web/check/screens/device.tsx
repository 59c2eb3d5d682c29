import { type FormEvent, useState } from 'react'
import { Refused } from '../../kit/api.ts'
import { Actions, Button } from '../../kit/button.tsx'
import { Checkbox } from '../../kit/choices.tsx'
import { useNow } from '../../kit/clock.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { TextField } from '../../kit/fields.tsx'
import { day, relativeTime } from '../../kit/format.ts'
import { useLanguage, useTexts } from '../../kit/language.tsx'
import { Screen, Section } from '../../kit/layout.tsx'
import { kit } from '../../kit/messages.ts'
import { Notice } from '../../kit/notice.tsx'
import { useRoute } from '../../kit/router.tsx'
import type { Device } from '../core/device.ts'
import type { Preferences } from '../core/preferences.ts'
import { registerTill, type Till } from '../core/till.ts'
import { check } from '../messages/check.ts'
import { device as texts } from '../messages/device.ts'
import type { DeviceActs } from '../use-device.ts'

export interface DeviceScreenProps extends DeviceActs {
  readonly device: Device
  readonly preferences: Preferences
}

/** Who this device is to wallets, what it knows, and what a person chose. */
export function DeviceScreen({ device, preferences, prefer, setTill, reset }: DeviceScreenProps) {
  const t = useTexts(texts)
  const c = useTexts(check)
  const k = useTexts(kit)
  const { go } = useRoute()
  const [isAsking, setAsking] = useState(false)
  const confirmed = async () => {
    setAsking(false)
    await reset()
    go('', 'replace')
  }
  return (
    <Screen title={t.title} app={c.name} width="narrow">
      <Section title={t.registration}>
        <Registration till={device.till} />
        <Register device={device} onRegistered={setTill} />
      </Section>
      <Section title={t.camera}>
        <Checkbox
          label={t.larger}
          detail={t.largerHint}
          isSelected={preferences.codeSize === 'large'}
          onChange={isLarge => prefer({ codeSize: isLarge ? 'large' : 'normal' })}
        />
        <Checkbox
          label={t.sound}
          detail={t.soundHint}
          isSelected={!preferences.isSilent}
          onChange={isLoud => prefer({ isSilent: !isLoud })}
        />
      </Section>
      <Section title={t.data}>
        <Data device={device} />
        <Button kind="danger" onPress={() => setAsking(true)}>
          {c.reset}
        </Button>
      </Section>
      <Button kind="secondary" onPress={() => go('')}>
        {t.back}
      </Button>
      <Dialog title={t.resetTitle} isOpen={isAsking} onClose={() => setAsking(false)}>
        <p>{t.resetWords}</p>
        <Actions>
          <Button kind="danger" onPress={confirmed}>
            {c.reset}
          </Button>
          <Button kind="secondary" onPress={() => setAsking(false)}>
            {k.cancel}
          </Button>
        </Actions>
      </Dialog>
    </Screen>
  )
}

function Registration({ till }: { readonly till: Till | null }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const now = useNow(60)
  if (till === null) return <p>{t.none}</p>
  const isOver = till.until <= now
  return (
    <Notice kind={isOver ? 'warning' : 'success'} title={t.registered}>
      <p>{isOver ? t.over : t.until(day(language, till.until))}</p>
    </Notice>
  )
}

/** The code in the link of `dojang till admit`. It is in the fragment, which a browser sends to nobody. */
const LINKED_CODE = /^#([\w-]{43})$/

interface RegisterProps {
  readonly device: Device
  readonly onRegistered: (till: Till) => void
}

function Register({ device, onRegistered }: RegisterProps) {
  const t = useTexts(texts)
  const [code, setCode] = useState(() => LINKED_CODE.exec(location.hash)?.[1] ?? '')
  const [isPending, setPending] = useState(false)
  const [failure, setFailure] = useState<'missing' | 'refused' | 'unreachable' | null>(null)
  const register = async (withCode: string | null) => {
    setPending(true)
    setFailure(null)
    try {
      onRegistered(await registerTill(device.base, withCode, device.store))
      setCode('')
      if (location.hash !== '') history.replaceState(null, '', location.pathname)
    } catch (error) {
      setFailure(error instanceof Refused ? 'refused' : 'unreachable')
    } finally {
      setPending(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const typed = code.trim()
    if (typed === '') return setFailure('missing')
    void register(typed)
  }
  return (
    <form className="form" noValidate onSubmit={submit}>
      <TextField
        label={t.code}
        description={t.codeHint}
        value={code}
        onChange={setCode}
        autoComplete="off"
        error={failure === 'missing' ? t.codeMissing : failure === 'refused' ? t.refused : undefined}
      />
      {failure === 'unreachable' && (
        <Notice kind="warning" title={t.refusedTitle}>
          <p>{t.unreachable}</p>
        </Notice>
      )}
      <Actions>
        <Button type="submit" isPending={isPending}>
          {t.register}
        </Button>
        {device.isDemo && (
          <Button kind="secondary" isDisabled={isPending} onPress={() => register(null)}>
            {t.demo}
          </Button>
        )}
      </Actions>
    </form>
  )
}

function Data({ device }: { readonly device: Device }) {
  const t = useTexts(texts)
  const c = useTexts(check)
  const language = useLanguage()
  const now = useNow(5)
  const head = device.knowledge.head()
  return <p>{head === null ? c.nothingTitle : t.dataWords(head.height, relativeTime(language, head.time, now))}</p>
}
