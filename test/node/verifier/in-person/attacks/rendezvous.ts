import { toBase64url } from '../../../../../node/lib/bytes.ts'
import { relayIdOf } from '../../../../../node/verifier/in-person/relay-protocol.ts'
import { makeRendezvous, seal, unseal } from '../../../../../node/verifier/in-person/rendezvous.ts'
import { Relay, STEP_MS } from '../../../../../node/verifier/relay/relay.ts'
import { ManualTimer } from '../../../../support/timer.ts'
import { random } from '../support.ts'
import { type Attack, codeOf } from './attack.ts'

function opened() {
  const timer = new ManualTimer()
  const relay = new Relay({ timer, random })
  const token = toBase64url(random(32))
  const id = relayIdOf(token)
  relay.open(id, token)
  return { relay, timer, token, id }
}

const now = async (work: () => unknown): Promise<string> => codeOf((async () => work())())

export const rendezvous: Attack[] = [
  {
    mode: 'rendezvous',
    attack: 'a third posts a request of his own, after the till',
    result: 'VERIFIER_RELAY_TAKEN',
    run: async () => {
      const { relay, id } = opened()
      relay.post(id, random(100))
      return now(() => relay.post(id, random(100)))
    },
  },
  {
    mode: 'rendezvous',
    attack: 'a third who photographed the code reads the request',
    result: 'VERIFIER_RELAY_TOKEN',
    run: async () => {
      const { relay, id } = opened()
      relay.post(id, random(100))
      return codeOf(relay.takePosted(id, toBase64url(random(32)), 0))
    },
  },
  {
    mode: 'rendezvous',
    attack: 'a third answers in place of the phone',
    result: 'VERIFIER_RELAY_TOKEN',
    run: async () => {
      const { relay, id } = opened()
      relay.post(id, random(100))
      return now(() => relay.answer(id, toBase64url(random(32)), random(100)))
    },
  },
  {
    mode: 'rendezvous',
    attack: 'a third reads the answer',
    result: 'VERIFIER_RELAY_TOKEN',
    run: async () => {
      const { relay, id, token } = opened()
      relay.post(id, random(100))
      relay.answer(id, token, random(100))
      return codeOf(relay.takeAnswer(id, toBase64url(random(32)), 0))
    },
  },
  {
    mode: 'rendezvous',
    attack: 'a photographed code, used after its minute',
    result: 'VERIFIER_RELAY_UNKNOWN',
    run: async () => {
      const { relay, timer, id } = opened()
      timer.pass(STEP_MS)
      return now(() => relay.post(id, random(100)))
    },
  },
  {
    mode: 'rendezvous',
    attack: 'a second answer',
    result: 'VERIFIER_RELAY_TAKEN',
    run: async () => {
      const { relay, id, token } = opened()
      relay.post(id, random(100))
      relay.answer(id, token, random(100))
      return now(() => relay.answer(id, token, random(100)))
    },
  },
  {
    mode: 'rendezvous',
    attack: 'the relay changes a message',
    result: 'PARSE_VALUE',
    run: async () => {
      const session = makeRendezvous('https://id.example/relay', random)
      const sealed = await seal(session, 'answer', random(100), random)
      sealed[40] = (sealed[40] as number) ^ 1
      return codeOf(unseal(session, 'answer', sealed))
    },
  },
  {
    mode: 'rendezvous',
    attack: 'the relay sends the till’s own request back as the answer',
    result: 'PARSE_VALUE',
    run: async () => {
      const session = makeRendezvous('https://id.example/relay', random)
      return codeOf(unseal(session, 'answer', await seal(session, 'request', random(100), random)))
    },
  },
]
