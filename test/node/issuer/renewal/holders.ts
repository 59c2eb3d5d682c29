/** What the tests of renewals share: holders who got their card by a channel. */
import type { Channel } from '../../../../node/credential/card.ts'
import { sealDocumentNumber } from '../../../../node/issuer/applications/document-number.ts'
import type { Issued } from '../../../../node/issuer/order.ts'
import type { RenewingWallet } from '../../../../node/issuer/renewal/renewals.ts'
import { DAY } from '../../../../node/lib/time.ts'
import { resident } from '../../../support/cards.ts'
import { type Core, holderKey } from '../../../support/world.ts'

export interface Holder {
  readonly person: Uint8Array
  /** Of the first card: that of the refresh token. */
  readonly application: string
  readonly card: Issued
  readonly wallet: RenewingWallet
}

const DOCUMENT = 'AB123456'

/** Somebody with a card, and with an IC card that the register calls present. The wallet's next key is a new one. */
export async function holderOf(
  core: Core,
  person: Uint8Array,
  channel: Channel = 'chip',
  provider: string | null = null,
): Promise<Holder> {
  await core.residents.setDocument(person, { number: DOCUMENT, chip: true }, [])
  const { id } = await core.applications.create({ person, vct: resident.vct, channel })
  const sealedNumber = sealDocumentNumber(core.vault, person, id, DOCUMENT)
  await core.applications.checkIdentity(id, { by: 'staff-1', how: 'document', sealedNumber })
  await core.offers.create(id)
  const { ops } = core.applications.move(core.applications.require(id), 'issued')
  const order = core.order(person, { application: id, ops, walletProvider: provider })
  const card = await core.pipeline.issue(order)
  const { keyStorage, walletProvider, dpopKey } = order
  return {
    ...{ person, card, application: id },
    wallet: { card: resident, holderKey: holderKey(), keyStorage, walletProvider, dpopKey },
  }
}

/** Brings the card so close to its end that it can be renewed. */
export const nearItsEnd = (core: Core, { credentialId }: Pick<Issued, 'credentialId'>, days = 80): Promise<unknown> =>
  core.store.commit(
    core.credentials.add(credentialId, {
      ...core.credentials.get(credentialId),
      expiresAt: core.world.clock() + days * DAY,
    }),
  )

export const renew = (core: Core, { application, wallet }: Holder, holder = wallet.holderKey) =>
  core.applications.locked(application, first => core.renewals.issue(first, { ...wallet, holderKey: holder }))

/** The cards of this person that are VALID on the ledger. */
export async function validCards(core: Core, { person }: Pick<Holder, 'person'>): Promise<string[]> {
  const all = await core.credentials.ofPerson(person)
  return all.filter(({ record }) => core.credentials.statusOf(record) === 'VALID').map(({ id }) => id)
}
