/** The way by chip with the documents and the software card of a demo: what a thief can change of a chip, or of a reading. */
import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { chipChallenge } from '../../../../node/chip/document/challenge.ts'
import type { ChipAnchor } from '../../../../node/chip/document/trust.ts'
import { verifyChip } from '../../../../node/chip/document/verify.ts'
import type { ChipImage, ChipReading } from '../../../../node/chip/image.ts'
import { readChip } from '../../../../node/chip/reader/read-chip.ts'
import { SoftwareCard } from '../../../../node/chip/software-card/software-card.ts'
import { SimulatedCards } from '../../../../node/issuer/personalisation/simulated-cards.ts'
import { openSimulatedKeys } from '../../../../node/keys/simulated.ts'
import { fromBase64url } from '../../../../node/lib/bytes.ts'
import { DAY } from '../../../../node/lib/time.ts'
import { failureOf } from '../../../support/failure.ts'
import { scratchDirectory } from '../../../support/scratch.ts'
import { random } from '../../credential/support.ts'
import { Wallet } from '../oid4vci/wallet.ts'
import { type ChipDesk, DOCUMENT, jktOf, openChipDesk } from './chip-desk.ts'

const OWNER = { name: 'Demo', url: 'https://id.example.kr' }

describe('a card by a real chip', () => {
  let at: ChipDesk
  let cards: SimulatedCards
  let image: ChipImage
  let anchors: ChipAnchor[]

  const open = async (name: string) => {
    const clock = () => at.desk.authority.now
    const keys = await openSimulatedKeys(scratchDirectory(`chip-${name}`), OWNER, clock(), random)
    return SimulatedCards.open({ keys, clock, random })
  }
  const trusted = ({ countrySigner }: SimulatedCards): ChipAnchor => ({ countrySigner, from: 0, until: 2 ** 40 })

  beforeEach(async () => {
    anchors = []
    at = await openChipDesk({
      anchors: async () => anchors,
      verifyDocument: verifyChip,
    })
    cards = await open('own')
    anchors.push(trusted(cards))
    image = await cards.make(await facts(), DOCUMENT)
  })

  const facts = async () => {
    const found = await at.desk.residents.find(at.desk.person)
    if (!found) throw new Error('not stored')
    return found.facts
  }
  /** What a reader gets from the chip for a session. */
  const read = async (nonce: string, chip = image, wallet = at.wallet): Promise<ChipReading> => {
    const card = new SoftwareCard(chip, length => new Uint8Array(randomBytes(length)))
    const challenge = chipChallenge(fromBase64url(nonce), fromBase64url(jktOf(wallet)))
    const { cardAccessNumber } = chip
    return readChip(card, { cardAccessNumber, challenge, random })
  }
  const codeFor = async (change: (nonce: string) => Promise<ChipReading>) => {
    const { session, nonce } = await at.open()
    return (await failureOf(at.chip.document(session, await change(nonce)))).code
  }

  it('is given for the chip that the personalisation queue made', async () => {
    const { session, nonce } = await at.open()
    expect(await at.chip.document(session, await read(nonce))).to.deep.equal({ attemptsLeft: 3 })
  })

  it('is refused for a signer that nobody admitted, and for one that was withdrawn', async () => {
    const forged = await (await open('forger')).make(await facts(), DOCUMENT)
    expect(await codeFor(nonce => read(nonce, forged))).to.equal('CHIP_SIGNER_UNTRUSTED')
    anchors.length = 0
    expect(await codeFor(nonce => read(nonce))).to.equal('CHIP_SIGNER_UNTRUSTED')
  })

  it('is refused when the signer has expired', async () => {
    at.desk.authority.now += 6 * 365 * DAY
    expect(await codeFor(nonce => read(nonce))).to.be.oneOf(['CHIP_SIGNER_EXPIRED', 'CHIP_DOCUMENT_EXPIRED'])
  })

  for (const group of [1, 2, 11, 14, 15]) {
    it(`is refused when a byte of DG${group} was changed`, async () => {
      const code = await codeFor(async nonce => {
        const reading = await read(nonce)
        const altered = Uint8Array.from(reading.dataGroups.get(group) ?? [])
        altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1
        return { ...reading, dataGroups: new Map([...reading.dataGroups, [group, altered]]) }
      })
      expect(code).to.equal('CHIP_DATA_GROUP_ALTERED')
    })
  }

  it('is refused for a copy of the chip, which has another key', async () => {
    const other = await cards.make(await facts(), DOCUMENT)
    const copy = { ...image, activeAuthenticationKey: other.activeAuthenticationKey }
    expect(await codeFor(nonce => read(nonce, copy))).to.equal('CHIP_ACTIVE_AUTHENTICATION_FAILED')
  })

  it('is refused for an answer that was made for another phone', async () => {
    const thief = new Wallet(at.desk.authority)
    const code = await codeFor(nonce => read(nonce, image, thief))
    expect(code).to.equal('CHIP_ACTIVE_AUTHENTICATION_FAILED')
  })

  it('is refused for bytes that are no security object, however deep they are nested', async () => {
    const bomb = new Uint8Array(30_000).fill(0x30).map((byte, i) => (i % 2 ? 0x80 : byte))
    for (const securityObject of [bomb, new Uint8Array(), new Uint8Array(60_000).fill(0xff)]) {
      const code = await codeFor(async nonce => ({ ...(await read(nonce)), securityObject }))
      expect(code).to.equal('CHIP_DOCUMENT_MALFORMED')
    }
  })
})
