import './digit-display.css'

export interface DigitDisplayProps {
  /** What the digits are, for example "transaction code". */
  readonly label: string
  readonly digits: string
  readonly size?: 'large' | 'huge'
}

/** Digits to read aloud: large and spaced, and a screen reader reads them one by one. */
export function DigitDisplay({ label, digits, size = 'large' }: DigitDisplayProps) {
  const each = [...digits]
  return (
    <p className={`digits digits-${size}`}>
      <span className="visually-hidden">{`${label}: ${each.join(', ')}`}</span>
      <span aria-hidden="true" className="digits-row">
        {each.map((digit, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a digit is its place
          <span key={index} className="digits-digit">
            {digit}
          </span>
        ))}
      </span>
    </p>
  )
}
