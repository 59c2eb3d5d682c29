import type { Texts } from '../../../kit/language.tsx'
import type { Screen } from '../../flow/screen.ts'
import type { application } from '../../messages/application.ts'
import type { handout } from '../../messages/handout.ts'

type All = typeof application.ko & typeof handout.ko

export function titleOf(t: Texts<All>, screen: Screen): string {
  switch (screen.name) {
    case 'choose':
      return t.which
    case 'identity':
      return t['identity.title']
    case 'summary':
      return t['summary.title']
    case 'show':
      return t['show.clerk']
    case 'expired':
      return t['expired.title']
    case 'same-phone':
      return screen.redemption.showsDigits ? t['same.title'] : t['same.titleCode']
    case 'issuing':
      return t['issuing.title']
    case 'stopped':
      return t['stopped.title']
    case 'ordered':
      return t['ordered.title']
    case 'done':
      return screen.application.kind === 'mobile' ? t['done.title'] : t['done.plastic']
    case 'ended':
      return t[`ended.${screen.how}`]
  }
}
