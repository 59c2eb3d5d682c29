/** Who is it? By line and passkey, or by the recovery code. */
import { useState } from 'react'
import { parseLineNumber } from '../../../lib/line-number.ts'
import { parseRecoveryCode } from '../../../lib/recovery-code.ts'
import { Actions, Button } from '../../kit/button.tsx'
import { RadioGroup } from '../../kit/choices.tsx'
import { TextField } from '../../kit/fields.tsx'
import { useTexts } from '../../kit/language.tsx'
import { Screen, Section } from '../../kit/layout.tsx'
import type { LockCalls, Opened } from '../api.ts'
import { Help } from '../help.tsx'
import { lock as texts } from '../messages/lock.ts'
import { Problem } from '../problem.tsx'

interface ProofProps {
  readonly calls: LockCalls
  readonly helpLine: string
  /** Why the page is here again; null at first. */
  readonly why: unknown
  readonly onOpen: (opened: Opened) => void
}

type Means = 'passkey' | 'code'

export function Proof({ calls, helpLine, why, onOpen }: ProofProps) {
  const t = useTexts(texts)
  const [means, setMeans] = useState<Means>('passkey')
  const [line, setLine] = useState('')
  const [code, setCode] = useState('')
  const [tried, setTried] = useState(false)
  const [isPending, setPending] = useState(false)
  const [error, setError] = useState<unknown>(why)

  const isWrong = means === 'passkey' ? parseLineNumber(line.trim()) === undefined : !parseRecoveryCode(code)
  const press = async () => {
    setTried(true)
    if (isWrong) return
    setPending(true)
    setError(null)
    try {
      onOpen(await (means === 'passkey' ? calls.openWithPasskey(line.trim()) : calls.openWithCode(code)))
    } catch (failure) {
      setError(failure)
      setPending(false)
    }
  }
  const choose = (chosen: Means) => {
    setMeans(chosen)
    setTried(false)
    setError(null)
  }

  return (
    <Screen title={t.title} app={t.name} width="narrow">
      <p>{t.intro}</p>
      <form
        noValidate
        onSubmit={event => {
          event.preventDefault()
          void press()
        }}
      >
        <Section>
          <RadioGroup
            id="means"
            label={t.means}
            value={means}
            onChange={choose}
            options={[
              { value: 'passkey', label: t.byPasskey, detail: t.byPasskeyDetail },
              { value: 'code', label: t.byCode, detail: t.byCodeDetail },
            ]}
          />
          {means === 'passkey' ? (
            <TextField
              key="line"
              id="line"
              label={t.line}
              description={t.lineExample}
              type="tel"
              inputMode="tel"
              autoComplete="off"
              value={line}
              onChange={setLine}
              error={tried && isWrong ? t.lineFault : undefined}
            />
          ) : (
            <div className="lock-code">
              <TextField
                key="code"
                id="code"
                label={t.code}
                description={t.codeExample}
                autoComplete="off"
                spellCheck="false"
                value={code}
                onChange={setCode}
                error={tried && isWrong ? t.codeFault : undefined}
              />
            </div>
          )}
          {error !== null && <Problem error={error} />}
          <Actions>
            <Button type="submit" size="large" isPending={isPending}>
              {means === 'passkey' ? t.withPasskey : t.withCode}
            </Button>
          </Actions>
        </Section>
      </form>
      <Section title={t.neither}>
        <p>{t.neitherNext}</p>
        <Help helpLine={helpLine} />
      </Section>
    </Screen>
  )
}
