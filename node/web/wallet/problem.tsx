import { Button } from '../kit/button.tsx'
import { type Language, useLanguage, useTexts } from '../kit/language.tsx'
import { kit } from '../kit/messages.ts'
import { Notice } from '../kit/notice.tsx'
import { WalletError, type WalletFailure } from './core/errors.ts'
import { problems } from './messages/problems.ts'

/** What went wrong and what to do, in the language of the page. */
export function problemText(language: Language, error: unknown): string {
  const t = problems[language]
  if (error instanceof WalletError) return sentenceOf(t, error.detail)
  return t.unexpected
}

function sentenceOf(t: (typeof problems)['ko'], failure: WalletFailure): string {
  switch (failure.code) {
    case 'WALLET_UNREACHABLE':
    case 'WALLET_ANSWER_INVALID':
      return t[failure.code](failure.host)
    case 'WALLET_OFFER_INVALID':
    case 'WALLET_PASSPHRASE':
      return t[`${failure.code} ${failure.reason}` as keyof typeof t] as string
    case 'WALLET_LOSS_REFUSED': {
      const known = `${failure.code} ${failure.reason}`
      return Object.hasOwn(t, known) ? (t[known as keyof typeof t] as string) : t[failure.code]
    }
    case 'WALLET_RETURN_REFUSED':
      return t[`${failure.code} ${failure.reason}`]
    case 'WALLET_CLOCK':
      return t[`${failure.code} ${failure.ahead ? 'ahead' : 'behind'}`]
    case 'WALLET_NOT_SET_UP':
    case 'WALLET_PASSKEY_UNSUPPORTED':
    case 'WALLET_PASSKEY_CANCELLED':
    case 'WALLET_TOUCH_SPENT':
    case 'WALLET_KEY_LOST':
    case 'WALLET_STORAGE':
    case 'WALLET_CARD_UNKNOWN':
    case 'WALLET_CODE_REFUSED':
    case 'WALLET_ISSUING_STOPPED':
    case 'WALLET_STOPPED':
    case 'WALLET_BUSY':
    case 'WALLET_RENEWAL_REFUSED':
    case 'WALLET_ISSUER_REFUSED':
    case 'WALLET_ISSUER_UNTRUSTED':
    case 'WALLET_CARD_REFUSED':
    case 'WALLET_REQUEST_INVALID':
    case 'WALLET_REQUEST_UNSUPPORTED':
    case 'WALLET_REQUEST_EXPIRED':
    case 'WALLET_CHOICE_INVALID':
    case 'WALLET_ASKER_UNREGISTERED':
    case 'WALLET_BEYOND_REGISTRATION':
    case 'WALLET_ASKER_REFUSED':
    case 'WALLET_ONE_WAY_REFUSED':
      return t[failure.code]
  }
}

export interface ProblemProps {
  readonly error: unknown
  readonly onRetry?: (() => void) | undefined
}

/** Where something could not be read or done. */
export function Problem({ error, onRetry }: ProblemProps) {
  const t = useTexts(kit)
  const language = useLanguage()
  return (
    <Notice kind="danger">
      <p>{problemText(language, error)}</p>
      {onRetry && (
        <Button kind="secondary" onPress={onRetry}>
          {t.retry}
        </Button>
      )}
    </Notice>
  )
}
