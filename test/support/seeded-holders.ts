/**
 * Holders whose cards are about to expire, with the refresh tokens of their wallets: as the authority stores them three years
 * after the issue, with real people, keys and status indexes, and without anchors. So a bench can have many in a minute.
 */
import type { Authority } from '../../node/authority/authority.ts'
import { Issuances } from '../../node/issuer/anchoring/issuance.ts'
import { type Application, applicationCodec } from '../../node/issuer/applications/application.ts'
import { sealDocumentNumber } from '../../node/issuer/applications/document-number.ts'
import { hashOf } from '../../node/issuer/bearer-secrets.ts'
import type { Installation } from '../../node/issuer/installations/installation.ts'
import type { RefreshGrant } from '../../node/issuer/oid4vci/token/refresh-tokens.ts'
import { toBase64url, toHex } from '../../node/lib/bytes.ts'
import { DAY } from '../../node/lib/time.ts'
import { FictitiousNumbers } from '../../node/residents/population/numbers.ts'
import { Bucket } from '../../node/store/buckets.ts'
import { bytesCodec, jsonCodec, type Store, Table, textCodec } from '../../node/store/store.ts'
import { hong } from '../node/credential/support.ts'
import { resident } from './cards.ts'
import { random } from './world.ts'

export interface SeededHolder {
  readonly refreshToken: string
  readonly credentialId: string
}

const AT_ONCE = 500
const DOCUMENT = 'AB123456'

/**
 * @param jkt thumbprint of the DPoP key of all their wallets
 * @param days until their cards expire, for each holder
 */
export async function seedHolders(
  authority: Authority,
  store: Store,
  jkt: string,
  count: number,
  days: (index: number) => number,
): Promise<SeededHolder[]> {
  const { allocator, keeper, clock, credentials, residents, vault } = authority
  const applications = new Table(store, Bucket.application, textCodec, applicationCodec)
  const installations = new Table<string, Installation>(store, Bucket.installation, textCodec, jsonCodec())
  const tokens = new Table<string, RefreshGrant>(store, Bucket.refreshToken, textCodec, jsonCodec())
  const tags = new Table(store, Bucket.subjectTag, bytesCodec, bytesCodec)
  const issuances = new Issuances(store)
  const numbers = new FictitiousNumbers()
  const made: SeededHolder[] = []
  while (made.length < count) {
    await keeper.sweep()
    const facts = Array.from({ length: Math.min(AT_ONCE, count - made.length) }, (_, i) => {
      const birthdate = new Date(Date.UTC(1960, 0, 1 + ((made.length + i) % 14_000))).toISOString().slice(0, 10)
      const personalNumber = numbers.next(birthdate, hong.sex) as string
      return { ...hong, birthdate, personalNumber, document: { number: DOCUMENT, chip: true } }
    })
    await residents.store(facts)
    const ops = await Promise.all(
      facts.map(async ({ personalNumber }, i) => {
        const person = (await residents.findByNumber(personalNumber))?.person as Uint8Array
        const [id, installation] = [toBase64url(random(16)), toBase64url(random(16))]
        const credentialId = toHex(random(16)).slice(2)
        const refreshToken = `${id}.${toBase64url(random(32))}`
        const { list, idx } = await allocator.take()
        const now = clock()
        const [root, offer] = [toHex(random(32)), toHex(random(32))]
        const expiresAt = now + Math.round(days(made.length + i) * DAY)
        const issuedAt = expiresAt - 3 * 365 * DAY
        const application: Application = {
          ...{ id, version: 3, person: toHex(person), vct: resident.vct, channel: 'chip', kind: 'mobile', chip: null },
          ...{ fee: 0, centre: null, state: 'issued', times: { applied: issuedAt, issued: issuedAt } },
          identity: { by: 'bench', how: 'chip', sealedNumber: sealDocumentNumber(vault, person, id, DOCUMENT) },
          ...{ wrongTxCodes: 0, offer, redemption: null, lineTag: null, sealedLine: null },
          ...{ refusal: null, guardian: null, renews: null },
        }
        made.push({ refreshToken, credentialId })
        return [
          applications.put(id, application),
          tokens.put(id, { hash: hashOf(refreshToken), offer, jkt, clientId: null, byIdentifier: false }),
          tags.put(person, vault.seal(person, 'subject tag', random(16))),
          installations.put(installation, {
            ...{ id: installation, walletProvider: null, dpopKey: jkt, lineTag: null, keyStorage: 'software' },
          }),
          issuances.put(id, {
            ...{ credentialId, holderThumbprint: 'none', person: toHex(person), root, leafIndex: 0 },
            ...{ notified: 'accepted', sealedPrepared: null },
          }),
          ...credentials.add(credentialId, {
            ...{ application: id, person: toHex(person), cardId: resident.id, list: String(list), idx },
            ...{ root, leafIndex: 0, issuedAt, expiresAt, installation, replaces: [] },
          }),
        ]
      }),
    )
    await store.commit(ops.flat())
  }
  return made
}
