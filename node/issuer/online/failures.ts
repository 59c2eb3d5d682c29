import type { Texts } from '../../credential/card.ts'
import { DojangError } from '../../lib/errors.ts'
import type { Reply } from '../oid4vci/exchange.ts'
import { OnlineError } from './errors.ts'
import { failurePage } from './pages/outcome.ts'

/** The register, the ledger or the issuer cannot serve now. Its own message is for operators. */
const UNAVAILABLE: Texts = {
  ko: '지금은 신청을 처리할 수 없습니다. 신청 내용은 그대로입니다. 잠시 후 다시 시도해 주십시오.',
  en: 'The application cannot be handled now. Nothing is lost. Try again in a moment.',
}

/**
 * The page that says why a step was refused.
 * @param again how the person goes on, as HTML
 */
export function failureReply(authority: Texts, error: unknown, again: string, formAction?: string): Reply {
  if (!(error instanceof DojangError)) throw error
  const text = error instanceof OnlineError ? error.text : UNAVAILABLE
  return failurePage({ authority, code: error.code, text, again, ...(formAction !== undefined && { formAction }) })
}
