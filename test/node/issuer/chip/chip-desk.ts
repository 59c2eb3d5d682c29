/** The way by chip with a register of one person. The chip's document is a stand-in: only its challenge is compared. */
import { sha256 } from '#crypto'
import { chipChallenge } from '../../../../node/chip/document/challenge.ts'
import { ChipError } from '../../../../node/chip/errors.ts'
import type { ChipReading } from '../../../../node/chip/image.ts'
import type { ChipTrust } from '../../../../node/issuer/chip/anchors.ts'
import { ChipIssuing } from '../../../../node/issuer/chip/chip-issuing.ts'
import { type FaceFacts, portraitHash, signFaceAssertion } from '../../../../node/issuer/chip/face-assertion.ts'
import type { VerifyDocument } from '../../../../node/issuer/chip/ports.ts'
import { Journal } from '../../../../node/issuer/journal.ts'
import { equalBytes, fromBase64url, fromUtf8, type Hex, toHex, utf8 } from '../../../../node/lib/bytes.ts'
import { thumbprint } from '../../../../node/lib/jose/jwk.ts'
import { ownCards } from '../../../support/cards.ts'
import { random, type TestKey } from '../../credential/support.ts'
import { CLERK, type Desk, openDesk } from '../applications/desk.ts'
import { MASTER } from '../oid4vci/authority.ts'
import { Wallet } from '../oid4vci/wallet.ts'
import { certifiedKey } from '../oid4vci/wallet-provider.ts'

export const RESIDENT = 'urn:dojang:kr:resident:1'
export const DOCUMENT = 'K12345678'
export const PORTRAIT = utf8('the portrait in the chip')
/** The organisation that may compare faces. */
export const FACES = 9

export interface Document {
  readonly documentNumber: string
  readonly personalNumber: string
  readonly expiresOn: string
}

export interface ChipDesk {
  readonly desk: Desk
  readonly chip: ChipIssuing
  readonly wallet: Wallet
  /** Of the person's card. */
  readonly document: Document
  /** Keys of face providers. */
  readonly providers: Map<Hex, number>
  readonly provider: { readonly key: TestKey; readonly x5c: readonly string[] }
  open(wallet?: Wallet): Promise<{ readonly session: string; readonly nonce: string }>
  reading(nonce: string, document?: Document, wallet?: Wallet): ChipReading
  assertion(session: string, change?: Partial<FaceFacts>, at?: number): string
  /** A session whose document was accepted. */
  atFace(): Promise<string>
  /** A clerk checks the identity. */
  counter(): Promise<void>
}

const standIn: VerifyDocument = (reading, { challenge }) => {
  if (!equalBytes(reading.activeAuthentication, challenge)) {
    throw new ChipError({ code: 'CHIP_ACTIVE_AUTHENTICATION_FAILED' }, 'another challenge')
  }
  const read = JSON.parse(fromUtf8(reading.securityObject)) as Document
  return { ...read, portrait: { bytes: PORTRAIT }, anchorKeyId: '0x01' }
}

export const jktOf = ({ dpopKey }: Wallet): string => thumbprint(dpopKey.jwk)

export interface ChipDeskOptions {
  /** Throws if the roll-out policy refuses. */
  readonly mayApply?: () => void
  readonly anchors?: ChipTrust['anchors']
  readonly verifyDocument?: VerifyDocument
}

export async function openChipDesk(options: ChipDeskOptions = {}): Promise<ChipDesk> {
  const { mayApply = () => undefined, anchors = async () => [], verifyDocument = standIn } = options
  const desk = await openDesk()
  const { authority, residents, vault, person } = desk
  const { store, applications, offers } = authority
  const clock = () => authority.now
  const facts = (await residents.find(person))?.facts
  if (!facts) throw new Error('not stored')
  await residents.setDocument(person, { number: DOCUMENT, chip: true }, [])
  const document = { documentNumber: DOCUMENT, personalNumber: facts.personalNumber, expiresOn: '2036-01-01' }
  const provider = await certifiedKey(authority.now)
  const providers = new Map<Hex, number>([[toHex(sha256(provider.key.publicKey.spki)), FACES]])
  const chip = new ChipIssuing({
    ...{ cards: ownCards, store, vault, journal: new Journal(store), applications, offers, residents, clock, random },
    rollout: { requireMayApply: mayApply },
    gate: { requireOpen: () => undefined },
    trust: { anchors, faceProvider: async keyId => providers.get(keyId) ?? null },
    verifyDocument,
    issuingAuthority: '행정안전부',
    master: MASTER,
  })
  const wallet = new Wallet(authority)
  const made: ChipDesk = {
    ...{ desk, chip, wallet, document, providers, provider },
    open: (by = wallet) => chip.open(jktOf(by), RESIDENT),
    reading: (nonce, shown = document, by = wallet) => ({
      securityObject: utf8(JSON.stringify(shown)),
      dataGroups: new Map(),
      activeAuthentication: chipChallenge(fromBase64url(nonce), fromBase64url(jktOf(by))),
    }),
    assertion: (session, change = {}, at = authority.now) => {
      const said = { session, portrait: portraitHash(PORTRAIT), match: true, liveness: true, ...change }
      const { key, x5c } = provider
      const keyId = toHex(sha256(key.publicKey.spki))
      return signFaceAssertion(said, at, { publicKey: key.publicKey, keyId, sign: key.sign, x5c })
    },
    atFace: async () => {
      const { session, nonce } = await made.open()
      await chip.document(session, made.reading(nonce))
      return session
    },
    counter: async () => {
      authority.now += 1
      await desk.acts.apply({ person, card: 'resident', kind: 'mobile' }, CLERK)
      await desk.identified()
    },
  }
  return made
}
