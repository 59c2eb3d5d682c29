/**
 * What only the check screen of a demo does, so that one browser without a camera can play every part: it accepts the code
 * of a phone by a link, and notes its last verdict for the guide (web/demo/). Why: docs/decisions/153.
 */
import type { UnixSeconds } from '../../../lib/time.ts'
import { isRendezvous } from '../../../verifier/in-person/rendezvous.ts'
import type { Shown } from '../tone.ts'

export interface NotedVerdict {
  readonly outcome: Shown
  readonly at: UnixSeconds
}

const NOTED = 'dojang.demo.verdict'
const HANDED = '#meet='

/** For a phone's page: the address of the check screen with this code. */
export const handingLink = (authority: string, code: string): string =>
  `${new URL(authority).origin}/check/${HANDED}${encodeURIComponent(code)}`

/** The code with which the page was opened, once: it does not stay in the browser's history. */
export function takeHandedCode(): string | null {
  if (!location.hash.startsWith(HANDED)) return null
  const code = decoded(location.hash.slice(HANDED.length))
  history.replaceState(null, '', location.pathname)
  return code !== null && isRendezvous(code) ? code : null
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/** It contains nothing about the holder. */
export const noteVerdict = (verdict: NotedVerdict): void => localStorage.setItem(NOTED, JSON.stringify(verdict))

/** What this browser's check screen said last. */
export function notedVerdict(): NotedVerdict | null {
  try {
    const noted = JSON.parse(localStorage.getItem(NOTED) ?? 'null') as NotedVerdict | null
    return typeof noted?.at === 'number' ? noted : null
  } catch {
    return null
  }
}
