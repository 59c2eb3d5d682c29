import type { Texts } from '../../../kit/language.tsx'
import type { Screen } from '../../flow/screen.ts'
import type { application } from '../../messages/application.ts'
import type { handout } from '../../messages/handout.ts'
import type { line } from '../../messages/line.ts'

type Titles = Texts<typeof application.ko & typeof handout.ko> & { readonly line: Texts<typeof line.ko> }

export function titleOf(t: Titles, screen: Screen): string {
  switch (screen.name) {
    case 'choose':
      return t.which
    case 'identity':
      return t['identity.title']
    case 'line':
      return t.line.title
    case 'summary':
      return t['summary.title']
    case 'show':
      return screen.handout.delivery === 'line' ? t.line['sent.wait'] : t['show.clerk']
    case 'expired':
      return screen.elsewhere ? t['expired.titleElsewhere'] : t['expired.title']
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
