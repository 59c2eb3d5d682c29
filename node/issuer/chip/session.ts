/** Sessions of the way to a card by chip: each belongs to the DPoP key of one wallet and ends after minutes. */
import type { Hex } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import { Bucket } from '../../store/buckets.ts'
import type { Store, WriteOp } from '../../store/store.ts'
import { BearerSecrets, hashOf, type WithoutExpiry } from '../bearer-secrets.ts'

/** Seconds from the opening to the offer: enough for somebody who reads every screen of a kiosk. */
export const SESSION_LIFETIME = 10 * 60
/** Seconds for which the wallet can still ask how the session ended. */
export const ENDED_LIFETIME = 5 * 60
/** Documents of one session that are refused. Each costs the node several signatures. */
export const DOCUMENT_TRIES = 5

interface Common {
  readonly vct: string
  /** RFC 7638 thumbprint of the wallet's DPoP key. */
  readonly jkt: string
  readonly expiresAt: UnixSeconds
}

/** Waits for the chip's document. */
export interface DocumentStep extends Common {
  readonly step: 'document'
  /** Base64url. The chip signs a challenge that is made of it and of the thumbprint. */
  readonly nonce: string
  /** Documents that were refused. */
  readonly refused: number
}

/** Waits for a face. Holds no personal data: the person is a random id, and the rest keyed hashes. */
export interface FaceStep extends Common {
  readonly step: 'face'
  /** Of the application that will be made. Its events are journalled before. */
  readonly application: string
  readonly person: Hex
  /** Keyed hash of the document's number. */
  readonly document: Hex
  /** Keyed hash of the SHA-256 of the portrait. */
  readonly portrait: Hex
  /** SHA-256 of each assertion that was counted. */
  readonly seen: readonly Hex[]
}

/** Ended: there is an offer, or the person was sent to the counter. */
export interface EndedStep extends Common {
  readonly step: 'offered' | 'refused'
}

export type ChipSession = DocumentStep | FaceStep | EndedStep

export class ChipSessions {
  readonly #secrets: BearerSecrets<ChipSession>

  constructor(
    store: Store,
    private readonly clock: Clock,
    random: Random,
  ) {
    this.#secrets = new BearerSecrets(store, Bucket.chipSession, clock, random)
  }

  create(session: WithoutExpiry<DocumentStep>): { readonly secret: string; readonly op: WriteOp } {
    return this.#secrets.create(session, SESSION_LIFETIME)
  }

  find(id: string): ChipSession | undefined {
    return this.#secrets.find(id)
  }

  /** The session in its next step, until the same time. */
  update(id: string, { expiresAt, ...session }: DocumentStep | FaceStep): WriteOp {
    return this.#secrets.replace(id, session, expiresAt - this.clock())
  }

  end(id: string, { vct, jkt }: Common, step: EndedStep['step']): WriteOp {
    return this.#secrets.replace(id, { vct, jkt, step }, ENDED_LIFETIME)
  }

  /** What is stored of a session elsewhere. */
  hashOf(id: string): Hex {
    return hashOf(id)
  }

  sweep(): Promise<void> {
    return this.#secrets.sweep()
  }
}
