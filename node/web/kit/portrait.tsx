import './portrait.css'
import { useTexts } from './language.tsx'
import { kit } from './messages.ts'

export interface PortraitProps {
  /** A data URL, or null if the register has none. */
  readonly source: string | null
  /** Whom it shows. */
  readonly alt: string
}

export function Portrait({ source, alt }: PortraitProps) {
  const t = useTexts(kit)
  return source === null ? (
    <div className="portrait portrait-none">{t.noPhoto}</div>
  ) : (
    <img className="portrait" src={source} alt={alt} />
  )
}
