/** How the holder's decision gets back to who asked. */
import type { CardRequest, Choice, Meeting, Touch, Wallet } from '../../core/wallet.ts'
import type { Outcome } from './outcome.ts'

export interface Channel {
  readonly answer: (request: CardRequest, choice: Choice, touch: Touch) => Promise<Outcome>
  readonly decline: (request: CardRequest) => Promise<Outcome>
}

/** A request by a link. Only on the same device does the browser go on at the asker's page. */
export function byLink(wallet: Wallet, sameDevice: boolean): Channel {
  const sent = (act: Outcome['act'], redirectUri: string | null): Outcome => ({
    ...{ act, message: null },
    redirectUri: sameDevice && redirectUri !== null && /^https?:/.test(redirectUri) ? redirectUri : null,
  })
  return {
    answer: async (...given) => sent('shared', (await wallet.answer(...given)).redirectUri),
    decline: async request => sent('declined', (await wallet.decline(request)).redirectUri),
  }
}

/** A request on the asker's screen. */
export function byScreen(wallet: Wallet): Channel {
  const done = (act: Outcome['act'], message: Uint8Array | null): Outcome => ({ act, redirectUri: null, message })
  return {
    answer: async (...given) => done('shared', await wallet.answerShown(...given)),
    decline: async request => done('declined', await wallet.declineShown(request)),
  }
}

/** A request by the relay. */
export function byRelay(meeting: Meeting): Channel {
  const passed = (act: Outcome['act']): Outcome => ({ act, redirectUri: null, message: null })
  return {
    answer: async (...given) => {
      await meeting.answer(...given)
      return passed('shared')
    },
    decline: async request => {
      await meeting.decline(request)
      return passed('declined')
    },
  }
}
