/** A view that reads the registries' storage slot by slot. The reader proves each slot. */
import { statusAt } from '../../credential/status-list.ts'
import { fromHex, type Hex } from '../../lib/bytes.ts'
import { type Description, descriptionHash } from '../../proof/registries/description.ts'
import type { RegistryName } from '../../proof/registries/log.ts'
import type { AnchorRecord } from '../../proof/registries/records.ts'
import {
  anchorSlot,
  grantSlot,
  keySlot,
  listSlot,
  listWordsSlot,
  organisationSlot,
  type Slot,
  slotAfter,
  statusWordSlot,
} from '../../proof/registries/slots.ts'
import { STATUS_BITS, STATUSES, STATUSES_PER_WORD, wordOfIndex } from '../../proof/registries/status.ts'
import { unpackAnchor, unpackKey, unpackList, unpackOrganisation, unpackTerm } from '../../proof/registries/words.ts'
import { unknownReasonOf } from '../no-answer.ts'
import type { Accreditation, Answer, AsOf, PinnedView, StatusEntry, ViewKind } from '../view.ts'

/** Storage as of one block. */
export interface SlotReader {
  /**
   * The words at these slots, proved.
   * @throws {ProofError} if a proof is invalid
   * @throws {NoAnswer | ParseError} if there is no readable answer
   */
  read(registry: RegistryName, slots: readonly Slot[]): Promise<readonly bigint[]>
  /** All descriptions of the organisation so far. The caller compares the hash of each with the ledger's before use. */
  descriptions(org: number): Promise<readonly Description[]>
}

export interface SlotViewFacts {
  readonly how: ViewKind
  readonly asOf: AsOf
  readonly currentAt: number
  readonly current: boolean
  readonly refusal: string | null
}

export class SlotView implements PinnedView {
  readonly how: ViewKind
  readonly asOf: AsOf
  readonly currentAt: number
  readonly current: boolean
  readonly refusal: string | null

  constructor(
    private readonly reader: SlotReader,
    { how, asOf, currentAt, current, refusal }: SlotViewFacts,
  ) {
    this.how = how
    this.asOf = asOf
    this.currentAt = currentAt
    this.current = current
    this.refusal = refusal
  }

  accreditation(keyId: Hex, purpose: Hex): Promise<Answer<Accreditation>> {
    return this.#answer(async () => {
      const [word = 0n] = await this.reader.read('trustRegistry', [keySlot(keyId)])
      if (word === 0n) return { key: null, organisation: null, grant: null }
      const key = unpackKey(word)
      const { org } = key
      const slot = organisationSlot(org)
      const slots = [slot, slotAfter(slot, 1), slotAfter(slot, 2), grantSlot(org, purpose)]
      const [organisation = 0n, description = 0n, issuer = 0n, term = 0n] = await this.reader.read(
        'trustRegistry',
        slots,
      )
      const grant = term === 0n ? null : unpackTerm(term)
      if (organisation === 0n) return { key, organisation: null, grant }
      const active = unpackOrganisation(organisation)
      const name = await this.#nameOf(org, description)
      const found = { id: org, name, issuerHash: word32(issuer), from: active.from, until: active.until }
      return { key, organisation: found, grant }
    })
  }

  anchor(org: number, purpose: Hex, root: Hex): Promise<Answer<AnchorRecord | null>> {
    return this.#answer(async () => {
      const [word = 0n] = await this.reader.read('anchorLog', [anchorSlot(org, purpose, root)])
      return word === 0n ? null : unpackAnchor(word)
    })
  }

  status(list: bigint, index: number): Promise<Answer<StatusEntry | null>> {
    return this.#answer(async () => {
      const wordSlot = statusWordSlot(listWordsSlot(list), wordOfIndex(index))
      const [word = 0n, statuses = 0n] = await this.reader.read('statusRegistry', [listSlot(list), wordSlot])
      const { org, capacity } = unpackList(word)
      if (org === 0 || index >= capacity) return null
      const status = STATUSES[statusAt(fromHex(word32(statuses)), STATUS_BITS, index % STATUSES_PER_WORD)]
      return status ? { org, status } : null
    })
  }

  async #nameOf(org: number, hash: bigint): Promise<string | null> {
    // A name is for display only: a check goes on without one.
    const candidates = await this.reader.descriptions(org).catch(noDescriptions)
    const found = candidates.find(each => descriptionHash(each) === word32(hash))
    return found ? new TextDecoder().decode(found.name) : null
  }

  async #answer<T>(read: () => Promise<T>): Promise<Answer<T>> {
    try {
      return { known: true, value: await read(), asOf: this.asOf, how: this.how }
    } catch (error) {
      return { known: false, why: unknownReasonOf(error) }
    }
  }
}

/** @throws internal faults */
function noDescriptions(error: unknown): [] {
  unknownReasonOf(error)
  return []
}

const word32 = (word: bigint): Hex => `0x${word.toString(16).padStart(64, '0')}`
