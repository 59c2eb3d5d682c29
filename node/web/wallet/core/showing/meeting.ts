/** The wallet's side of a rendezvous (docs/in-person-rendezvous.md). */
import { ParseError } from '../../../../lib/parse-error.ts'
import { MINUTE } from '../../../../lib/time.ts'
import { VerifierError } from '../../../../verifier/errors.ts'
import { awaitRequest, openRelay, sendAnswer } from '../../../../verifier/in-person/relay-client.ts'
import { makeRendezvous, type OwnRendezvous } from '../../../../verifier/in-person/rendezvous.ts'
import { walletError } from '../errors.ts'
import type { CardRequest, Choice, Meeting, Touch } from '../wallet.ts'
import type { InPerson } from './in-person.ts'
import { expired, invalid } from './request-link.ts'
import type { ShowingParts } from './showing.ts'

/** Seconds for which the relay keeps a session that nobody joins. */
const LIFETIME = MINUTE

/**
 * Opens a session at the relay of the authority. The code is shown once that has succeeded.
 * @throws {WalletError} WALLET_UNREACHABLE
 */
export async function openMeeting({ ports, copy }: ShowingParts, inPerson: InPerson): Promise<Meeting> {
  const { settings, random, fetcher, clock } = ports
  const rendezvous = makeRendezvous(`${settings.authority}/relay`, random)
  const opened = clock()
  let isOver = false
  await translated(rendezvous, openRelay(rendezvous, { fetcher, random }))
  const send = (message: Uint8Array) => translated(rendezvous, sendAnswer(rendezvous, message, { fetcher, random }))
  return {
    code: rendezvous.code,
    endsAt: opened + LIFETIME,
    request: async signal => {
      // The relay gives the request again, for a wallet that lost the answer.
      if (isOver) throw expired()
      const relay = { fetcher, random, ...(signal && { signal }) }
      const [message] = await Promise.all([translated(rendezvous, awaitRequest(rendezvous, relay)), copy.refreshSoon()])
      return inPerson.open(message)
    },
    answer: async (request: CardRequest, choice: Choice, touch: Touch) => {
      const message = await inPerson.answer(request, choice, touch)
      isOver = true
      await send(message)
    },
    decline: async (request: CardRequest) => {
      isOver = true
      // The holder has declined, whether the checker hears of it or not.
      await send(await inPerson.decline(request)).catch(() => undefined)
    },
  }
}

async function translated<T>({ relay }: OwnRendezvous, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof ParseError) throw invalid('malformed', error)
    if (!(error instanceof VerifierError)) throw error
    const { host } = new URL(relay)
    switch (error.code) {
      case 'VERIFIER_RELAY_UNKNOWN':
      case 'VERIFIER_RELAY_TAKEN':
        throw expired(error)
      case 'VERIFIER_RELAY_FULL':
      case 'VERIFIER_RELAY_UNREACHABLE':
        throw walletError({ code: 'WALLET_UNREACHABLE', host }, `${host} gave no answer.`, error)
      default:
        throw error
    }
  }
}
