/**
 * The attacker's phone: a real wallet, in the memory of this page, with a genuine card of an invented person. The attacker
 * owns the phone, and so can sign whatever is wanted with the card's key, with no wallet between.
 */
import { createKeyBinding } from '../../../credential/sd-jwt/key-binding.ts'
import { withDisclosures } from '../../../credential/sd-jwt/present.ts'
import { toBase64url } from '../../../lib/bytes.ts'
import type { P256Jwk } from '../../../lib/crypto.ts'
import { type Clock, systemTimer, type UnixSeconds } from '../../../lib/time.ts'
import { walletReturn } from '../../../lib/wallet-link.ts'
import { oneWayAudience, oneWayMessage } from '../../../verifier/in-person/one-way.ts'
import { type Preset, queryOf } from '../../../verifier/presets/preset.ts'
import { browserLockPasskey } from '../../wallet/core/browser-lock-passkey.ts'
import type { StoredCard } from '../../wallet/core/cards/record.ts'
import type { KeyRecord } from '../../wallet/core/keys/keys.ts'
import { openWallet } from '../../wallet/core/open.ts'
import { MemoryWalletStore } from '../../wallet/core/store/memory.ts'
import type { Wallet } from '../../wallet/core/wallet.ts'
import { type CardOffer, offerCard } from './call-node.ts'

export interface Attacker {
  /** The id of the offer. */
  readonly id: string
  readonly wallet: Wallet
  readonly credential: string
  readonly vct: string
  readonly jwk: P256Jwk
  /** ES256 with the key of the card. */
  readonly sign: (data: Uint8Array) => Promise<Uint8Array>
}

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
/** Nobody has to be verified on a phone that the attacker owns. */
const passkey = {
  create: async () => ({ credentialId: 'none', prf: null }),
  get: async () => ({ credentialId: 'none', prf: null }),
}

/** Takes a genuine card, as every wallet does. */
export async function becomeAttacker(
  clock: Clock,
): Promise<{ readonly attacker: Attacker; readonly offer: CardOffer }> {
  const offer = await offerCard()
  const store = new MemoryWalletStore()
  const { authority, profileKey } = offer
  const wallet = await openWallet({
    settings: {
      ...{ authority, attestations: `${authority}/wallet-provider/attestations`, profileKey },
      ...{ helpLine: '-', name: 'dojang-wallet', isDemo: true, haip: false },
    },
    ...{ store, passkey, clock, random },
    returnUri: walletReturn(location.origin),
    lockPasskey: browserLockPasskey,
    fetcher: (input, init) => fetch(input, init),
    subtle: crypto.subtle,
    timer: systemTimer,
    persist: async () => false,
  })
  await wallet.setUp()
  await wallet.redeem(await wallet.openOffer(offer.offerUrl), offer.txCode)
  const { id } = await wallet.receive(await wallet.touch())
  const { credential, vct } = (await store.get('card', id)) as StoredCard
  const { jwk, kept } = (await store.get('key', id)) as KeyRecord
  if (!('key' in kept)) throw new TypeError('without PRF the key is not encrypted')
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' } as const
  const sign = async (data: Uint8Array) =>
    new Uint8Array(await crypto.subtle.sign(algorithm, kept.key, Uint8Array.from(data)))
  return { attacker: { id: offer.id, wallet, credential, vct, jwk, sign }, offer }
}

export interface Shown {
  readonly preset: Preset
  /** When the phone signed it. */
  readonly iat: UnixSeconds
  /** Changes what is presented, before it is signed. */
  readonly change?: (presented: string) => string
  /** In place of the genuine one. */
  readonly credential?: string
}

/** A one-way code of this phone: the bytes of `framesOf`. */
export async function oneWayCode(attacker: Attacker, shown: Shown): Promise<Uint8Array> {
  const { preset, iat, change = same, credential = attacker.credential } = shown
  const asked = queryOf(preset, { inPerson: true }).credentials.find(({ meta }) =>
    meta.vct_values.includes(attacker.vct),
  )
  if (asked === undefined) throw new TypeError('the purpose does not ask for this card')
  const presented = change(withDisclosures(credential, asked.claims?.map(({ path }) => path) ?? []))
  const nonce = toBase64url(random(16))
  const binding = createKeyBinding(presented, { audience: oneWayAudience(preset.id), nonce, iat })
  const presentation = binding.complete(await attacker.sign(binding.signingInput))
  return oneWayMessage(preset, nonce, { [asked.id]: [presentation] })
}

const same = (presented: string): string => presented
