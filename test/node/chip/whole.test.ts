/** From the card on the reader to the verified document: what the maker wrote, the reader read and the verifier judged. */
import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import { chipChallenge } from '../../../node/chip/document/challenge.ts'
import type { DocumentSigner } from '../../../node/chip/document/make-security-object.ts'
import { verifyChip } from '../../../node/chip/document/verify.ts'
import type { ChipImage } from '../../../node/chip/image.ts'
import { decodeImage, encodeImage } from '../../../node/chip/image-file.ts'
import { readChip } from '../../../node/chip/reader/read-chip.ts'
import { SoftwareCard } from '../../../node/chip/software-card/software-card.ts'
import { random } from '../../support/world.ts'
import { type Country, challenge, checkOf, codeOf, country, documentSigner, facts, makeTestChip } from './support.ts'

describe('an identity card, from the reader to the verdict', () => {
  let korea: Country
  let signer: DocumentSigner
  before(async () => {
    korea = await country()
    signer = await documentSigner(korea)
  })

  const read = (image: ChipImage, asked = challenge) => {
    const card = new SoftwareCard(decodeImage(encodeImage(image)), random)
    return readChip(card, { cardAccessNumber: image.cardAccessNumber, challenge: asked, random })
  }
  const verify = async (image: ChipImage, asked = challenge) => {
    const reading = await read(image, asked)
    return codeOf(() =>
      expect(verifyChip(reading, checkOf([korea.anchor])).documentNumber).to.equal(facts.documentNumber),
    )
  }

  it('is accepted, with a key for ECDSA and with one for RSA', async () => {
    for (const activeAuthentication of ['P-256', 'RSA-2048'] as const) {
      expect(await verify(await makeTestChip(signer, { activeAuthentication }))).to.equal('none')
    }
  })

  it('is refused if the chip is a copy, or answered another phone', async () => {
    const image = await makeTestChip(signer)
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const activeAuthenticationKey = new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' }))
    expect(await verify({ ...image, activeAuthenticationKey })).to.equal('CHIP_ACTIVE_AUTHENTICATION_FAILED')
    expect(await verify(image, chipChallenge(random(32), random(32)))).to.equal('CHIP_ACTIVE_AUTHENTICATION_FAILED')
  })

  it('is refused if a byte of a file on the chip is another', async () => {
    const image = await makeTestChip(signer)
    for (const group of [1, 2, 11, 14, 15]) {
      const file = (image.files.get(0x0100 + group) as Uint8Array).slice()
      file[file.length - 1] = (file.at(-1) as number) ^ 1
      const altered = { ...image, files: new Map(image.files).set(0x0100 + group, file) }
      expect(await verify(altered), `DG${group}`).to.equal('CHIP_DATA_GROUP_ALTERED')
    }
  })
})
