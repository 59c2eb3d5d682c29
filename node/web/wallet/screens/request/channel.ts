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

/** A request on the asker's screen. It may have an address for the answer, which serves where there is a network. */
export function byScreen(wallet: Wallet, isOnline: boolean): Channel {
  const canPost = ({ asker }: CardRequest) => isOnline && asker.host !== null
  const sent = (act: Outcome['act']): Outcome => ({ act, redirectUri: null, message: null })
  const shown = (act: Outcome['act'], message: Uint8Array): Outcome => ({ act, redirectUri: null, message })
  return {
    answer: async (request, choice, touch) => {
      if (!canPost(request)) return shown('shared', await wallet.answerShown(request, choice, touch))
      await wallet.answer(request, choice, touch)
      return sent('shared')
    },
    decline: async request => {
      if (!canPost(request)) return shown('declined', await wallet.declineShown(request))
      await wallet.decline(request)
      return sent('declined')
    },
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
