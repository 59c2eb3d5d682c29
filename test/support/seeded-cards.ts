/**
 * Cards as the authority stores them, with real status indexes on real lists, and without people, keys and anchors. So a
 * test or a bench can have a hundred thousand of them in a minute.
 */
import type { Authority } from '../../node/authority/authority.ts'
import { recordCodec } from '../../node/issuer/credential-record.ts'
import type { Installation } from '../../node/issuer/installations/installation.ts'
import { toBase64url, toHex } from '../../node/lib/bytes.ts'
import { DAY } from '../../node/lib/time.ts'
import { Bucket } from '../../node/store/buckets.ts'
import { jsonCodec, type Store, Table, textCodec } from '../../node/store/store.ts'
import { random } from './world.ts'

type Seeded = Pick<Authority, 'allocator' | 'keeper' | 'clock'>

const AT_ONCE = 1000

/** @returns their ids */
export async function seedCards(
  { allocator, keeper, clock }: Seeded,
  store: Store,
  count: number,
  walletProvider: string | null,
): Promise<string[]> {
  const records = new Table(store, Bucket.credential, textCodec, recordCodec)
  const installations = new Table<string, Installation>(store, Bucket.installation, textCodec, jsonCodec())
  const ids: string[] = []
  while (ids.length < count) {
    await keeper.sweep()
    const some = Math.min(AT_ONCE, count - ids.length)
    const cards = await Promise.all(
      Array.from({ length: some }, async () => {
        const { list, idx } = await allocator.take()
        const id = toHex(random(16)).slice(2)
        const installation = toBase64url(random(16))
        const now = clock()
        ids.push(id)
        return [
          installations.put(installation, {
            ...{ id: installation, walletProvider, dpopKey: toBase64url(random(32)) },
            ...{ lineTag: null, keyStorage: 'software' },
          }),
          records.put(id, {
            ...{ application: toBase64url(random(16)), person: toHex(random(16)), cardId: 'resident' },
            ...{ list: String(list), idx, root: toHex(random(32)), leafIndex: 0 },
            ...{ issuedAt: now, expiresAt: now + 365 * DAY, installation, replaces: [] },
          }),
        ]
      }),
    )
    await store.commit(cards.flat())
  }
  return ids
}
