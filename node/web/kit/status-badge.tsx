/** The status of a card: a word, a shape and a colour, so that none of them is the only sign. */
import './status-badge.css'
import type { ReactNode } from 'react'
import { useTexts } from './language.tsx'
import { kit } from './messages.ts'

export type CardStatus = 'valid' | 'suspended' | 'revoked' | 'expired' | 'unknown'

const SHAPES: Readonly<Record<CardStatus, ReactNode>> = {
  valid: <path d="M4 10.5 8.5 15 16 6" />,
  suspended: <path d="M7 4v12M13 4v12" />,
  revoked: <path d="m5 5 10 10M15 5 5 15" />,
  expired: <path d="M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM10 6v4.5l3 2" />,
  unknown: <path d="M6.5 7a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.1-1.5 2.3M10 15.4v.8" />,
}

export function StatusBadge({ status }: { readonly status: CardStatus }) {
  return <Badge status={status} word={useTexts(kit)[status]} />
}

/** The shape and colour of a status with another word. */
export function Badge({ status, word }: { readonly status: CardStatus; readonly word: string }) {
  return (
    <span className={`status status-${status}`}>
      <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
        {SHAPES[status]}
      </svg>
      {word}
    </span>
  )
}

/** @param word the ledger's word: VALID, INVALID or SUSPENDED. Anything else could not be checked. */
export function cardStatus(word: string, expiresAt: number, now: number): CardStatus {
  if (word === 'INVALID') return 'revoked'
  if (word !== 'VALID' && word !== 'SUSPENDED') return 'unknown'
  if (expiresAt <= now) return 'expired'
  return word === 'VALID' ? 'valid' : 'suspended'
}
