import './notice.css'
import { useEffect, useRef } from 'react'
import { useTexts } from './language.tsx'
import { kit } from './messages.ts'

export interface FieldFault {
  /** The id of the field's input. */
  readonly field: string
  readonly text: string
}

/** Above a form whose input is not accepted: each fault is a link to its field. It takes the focus when it appears. */
export function ErrorSummary({ faults }: { readonly faults: readonly FieldFault[] }) {
  const t = useTexts(kit)
  const box = useRef<HTMLDivElement>(null)
  const isShown = faults.length > 0
  useEffect(() => {
    if (isShown) box.current?.focus()
  }, [isShown])
  if (!isShown) return null
  // A group of choices cannot take the focus itself, so its first choice does.
  const go = (field: string) => {
    const found = document.getElementById(field)
    const inside = found?.querySelector<HTMLElement>('input, button, textarea')
    const target = inside ?? found
    target?.focus()
  }
  return (
    <div ref={box} tabIndex={-1} className="notice notice-danger" role="alert">
      <p className="notice-title">{t.errorSummary}</p>
      <ul>
        {faults.map(({ field, text }) => (
          <li key={field}>
            <a
              href={`#${field}`}
              onClick={event => {
                event.preventDefault()
                go(field)
              }}
            >
              {text}
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}
