import { useState } from 'react'
import { Actions, Button } from '../../../kit/button.tsx'
import { TextField } from '../../../kit/fields.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { Section } from '../../../kit/layout.tsx'
import { useToast } from '../../../kit/toast.tsx'
import { settings as texts } from '../../messages/settings.ts'
import { Problem } from '../../problem.tsx'
import { useAct } from '../../use-act.ts'
import { useWallet } from '../../wallet-context.tsx'
import { Page } from '../page.tsx'

const SHORTEST = 12

export function Export() {
  const t = useTexts(texts)
  const { wallet } = useWallet()
  const say = useToast()
  const act = useAct()
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const [faults, setFaults] = useState<{ readonly first?: string; readonly second?: string }>({})
  // A field that is still marked as wrong would keep the browser from submitting the form.
  const change = (set: (text: string) => void) => (text: string) => {
    set(text)
    setFaults({})
  }
  const submit = () => {
    if ([...passphrase].length < SHORTEST) return setFaults({ first: t.passphraseShort })
    if (passphrase !== again) return setFaults({ second: t.passphraseOther })
    setFaults({})
    act.run(async () => {
      save(await wallet.export(passphrase))
      say(t.exported)
    })
  }
  return (
    <Page title={t.exportTitle}>
      <p>{t.exportHow}</p>
      <form
        className="form"
        onSubmit={event => {
          event.preventDefault()
          submit()
        }}
      >
        <Section>
          <TextField
            label={t.passphrase}
            description={t.passphraseHow}
            type="password"
            autoComplete="new-password"
            value={passphrase}
            onChange={change(setPassphrase)}
            error={faults.first}
          />
          <TextField
            label={t.passphraseAgain}
            type="password"
            autoComplete="new-password"
            value={again}
            onChange={change(setAgain)}
            error={faults.second}
          />
        </Section>
        {act.error !== null && <Problem error={act.error} />}
        <Actions>
          <Button type="submit" isPending={act.isPending}>
            {t.exportDo}
          </Button>
        </Actions>
      </form>
    </Page>
  )
}

function save(bytes: Uint8Array): void {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = url
  link.download = 'wallet.dojang'
  link.click()
  URL.revokeObjectURL(url)
}
