import './notice.css'
import type { ReactNode } from 'react'
import { useTexts } from './language.tsx'
import { kit } from './messages.ts'

export interface NoticeProps {
  readonly kind?: 'information' | 'success' | 'warning' | 'danger'
  readonly title?: string
  readonly children: ReactNode
}

/** What happened and what to do, where the eye is. A screen reader reads it when it appears. */
export function Notice({ kind = 'information', title, children }: NoticeProps) {
  const t = useTexts(kit)
  return (
    <div className={`notice notice-${kind}`} role={kind === 'danger' ? 'alert' : 'status'}>
      <p className="notice-title">{title ?? t[kind]}</p>
      <div className="notice-body">{children}</div>
    </div>
  )
}
