import { DAY, MINUTE } from '../../../../../node/lib/time.ts'
import { KeyUse } from '../../../../../node/proof/registries/records.ts'
import { judgeAsker } from '../../../../../node/verifier/asker/judge.ts'
import { policyText } from '../../../../../node/verifier/asker/policy.ts'
import { InPersonCheck } from '../../../../../node/verifier/in-person/check.ts'
import { toMessage } from '../../../../../node/verifier/in-person/message.ts'
import { policyOf } from '../../../../../node/verifier/presets/preset.ts'
import { makeShop, policy } from '../../asker/support.ts'
import { NOW, verifierOf } from '../../support.ts'
import { openRequest, random } from '../support.ts'
import { type Attack, age, bank, codeOf, packedBomb } from './attack.ts'

type Shop = Awaited<ReturnType<typeof makeShop>>

interface Requested {
  readonly preset?: typeof bank
  readonly text?: string
  /** Changes the ledger after the request was made. */
  readonly change?: (shop: Shop) => void
  /** Whose certificates are in the request. */
  readonly by?: Shop
  /** Whose till signs it. */
  readonly tillOf?: Shop
  readonly seconds?: number
  /** Seconds between the request and the phone that reads it. */
  readonly readAfter?: number
  /** The time of the newest block that the phone has. */
  readonly knownAt?: number
}

/** What the wallet judges about the asker of a request by value. */
async function judged({
  preset = age,
  text,
  change,
  by,
  tillOf,
  seconds = 0,
  readAfter = 0,
  knownAt,
}: Requested): Promise<string> {
  const shop = await makeShop()
  const registered = by ?? shop
  const till = await (tillOf ?? registered).till()
  const check = await InPersonCheck.begin({
    asker: { x5c: [till.certificate, registered.certificate], sign: data => till.key.sign(data) },
    requestPolicy: text ?? shop.text,
    policy: policyOf(preset, { inPerson: true }),
    ...{ verifier: verifierOf(shop.view), clock: () => NOW + seconds, random },
  })
  change?.(shop)
  if (knownAt !== undefined) shop.view.time = knownAt
  const requestObject = await openRequest(check.message, NOW + seconds + readAfter)
  const judgement = await judgeAsker({ requestObject, trust: await shop.view.pin(), now: NOW + seconds })
  if (judgement.state !== 'registered') return `${judgement.state}/${judgement.reason}`
  return judgement.beyond.length > 0 ? 'registered, marked' : 'registered'
}

export const asker: Attack[] = [
  {
    mode: 'asker',
    attack: 'a request with a key that is not registered',
    result: 'unregistered/key_unknown',
    run: async () => judged({ by: await makeShop() }),
  },
  {
    mode: 'asker',
    attack: 'a request with the policy of another organisation',
    result: 'unregistered/grant_missing',
    run: () => judged({ text: policyText({ ...policy, name: { ko: '은행', en: 'Bank' } }) }),
  },
  {
    mode: 'asker',
    attack: 'a request of an organisation whose registration ended',
    result: 'unregistered/grant_ended',
    run: () =>
      judged({ change: ({ view, purpose }) => void view.grants.set(purpose, { from: NOW - DAY, until: NOW - 60 }) }),
  },
  {
    mode: 'asker',
    attack: 'a request with a registered key of another use',
    result: 'unregistered/key_unknown',
    run: () =>
      judged({
        change: ({ view, signer, record }) =>
          void view.keys.set(signer.keyId, { ...record, uses: 0xff & ~KeyUse.REQUEST }),
      }),
  },
  {
    mode: 'asker',
    attack: 'a till whose certificate has expired',
    result: 'unregistered/till_expired',
    run: () => judged({ seconds: 8 * DAY, knownAt: NOW + 8 * DAY }),
  },
  {
    mode: 'asker',
    attack: 'a till that another organisation certified',
    result: 'unregistered/chain',
    run: async () => judged({ tillOf: await makeShop() }),
  },
  {
    mode: 'asker',
    attack: 'a request for more than the registered policy',
    result: 'registered, marked',
    run: () => judged({ preset: bank }),
  },
  {
    mode: 'asker',
    attack: 'a request that inflates to 50 MB',
    result: 'PARSE_LENGTH',
    run: () => codeOf(openRequest(toMessage('request', packedBomb()))),
  },
  {
    mode: 'asker',
    attack: 'a request whose minute is over',
    result: 'VERIFIER_REQUEST_REFUSED',
    run: async () => codeOf(judged({ seconds: 0, readAfter: 10 * MINUTE })),
  },
  {
    mode: 'asker',
    attack: 'a phone whose copy of the registry is weeks old',
    result: 'unknown/stale',
    run: () => judged({ knownAt: NOW - 15 * DAY }),
  },
]
