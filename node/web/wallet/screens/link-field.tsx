import { useState } from 'react'
import { Actions, Button } from '../../kit/button.tsx'
import { TextField } from '../../kit/fields.tsx'
import { useTexts } from '../../kit/language.tsx'
import { receive as texts } from '../messages/receive.ts'
import { useOpenLink } from '../open-link.tsx'

/** For who received a link instead of a QR code. */
export function LinkField({ label }: { readonly label: string }) {
  const t = useTexts(texts)
  const { openLink } = useOpenLink()
  const [text, setText] = useState('')
  const [error, setError] = useState<string | undefined>(undefined)
  const submit = () => {
    if (text.trim() === '') setError(t.linkEmpty)
    else if (!openLink(text)) setError(t.linkOther)
  }
  return (
    <form
      className="form"
      onSubmit={event => {
        event.preventDefault()
        submit()
      }}
    >
      <TextField
        label={label}
        description={t.linkHow}
        error={error}
        value={text}
        onChange={changed => {
          setText(changed)
          setError(undefined)
        }}
        autoComplete="off"
      />
      <Actions>
        <Button type="submit" kind="secondary">
          {t.openLink}
        </Button>
      </Actions>
    </form>
  )
}
