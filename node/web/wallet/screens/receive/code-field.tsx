import './code-field.css'
import { TextField } from '../../../kit/fields.tsx'

export interface CodeFieldProps {
  readonly label: string
  readonly description: string
  readonly error: string | undefined
  /** Null if the issuer does not say. */
  readonly length: number | null
  readonly isNumeric: boolean
  readonly value: string
  readonly onChange: (value: string) => void
}

/** More than the issuer's own codes have, so that boxes do not fill the page. */
const MOST_BOXES = 8

/** One field, drawn as a box for each digit: it can be pasted into, and a screen reader meets one field. */
export function CodeField({ length, isNumeric, value, onChange, ...words }: CodeFieldProps) {
  const boxes = length !== null && length <= MOST_BOXES ? length : 0
  return (
    <div className={boxes > 0 ? 'code-field' : undefined}>
      <TextField
        {...words}
        value={value}
        onChange={text => onChange(isNumeric ? text.replace(/\D/g, '') : text.trim())}
        inputMode={isNumeric ? 'numeric' : 'text'}
        autoComplete="one-time-code"
        maxLength={length ?? 64}
      />
      {boxes > 0 && (
        <div className="code-boxes" aria-hidden="true">
          {Array.from({ length: boxes }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a box is its place
            <span key={index} className={index === value.length ? 'code-box code-box-next' : 'code-box'}>
              {value[index] ?? ''}
            </span>
          ))}
        </div>
      )}
    </div>
  )
}
