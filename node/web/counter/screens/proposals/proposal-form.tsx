import { Actions, Button } from '../../../kit/button.tsx'
import { TextField } from '../../../kit/fields.tsx'
import { useTexts } from '../../../kit/language.tsx'
import { kit } from '../../../kit/messages.ts'
import { operators } from '../../messages/operators.ts'
import { Problem } from '../../problem.tsx'

interface ReasonFieldProps {
  readonly value: string
  readonly onChange: (reason: string) => void
  readonly error: string | undefined
}

/** Why somebody proposes an act: the second person reads it, and the journal keeps it. */
export function ReasonField({ value, onChange, error }: ReasonFieldProps) {
  const { reason, reasonDetail } = useTexts(operators)
  return (
    <TextField
      id="reason"
      label={reason}
      description={reasonDetail}
      lines={3}
      maxLength={1000}
      value={value}
      onChange={onChange}
      error={error}
    />
  )
}

interface ProposeActionsProps {
  readonly isPending: boolean
  /** Why the last try failed. */
  readonly error: unknown
  readonly onPropose: () => void
  readonly onCancel: () => void
}

/** The end of a form that proposes an act. */
export function ProposeActions({ isPending, error, onPropose, onCancel }: ProposeActionsProps) {
  const { propose } = useTexts(operators)
  const { cancel } = useTexts(kit)
  return (
    <>
      {error !== null && <Problem error={error} />}
      <Actions>
        <Button isPending={isPending} onPress={onPropose}>
          {propose}
        </Button>
        <Button kind="secondary" onPress={onCancel}>
          {cancel}
        </Button>
      </Actions>
    </>
  )
}
