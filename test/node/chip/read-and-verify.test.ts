/** From the card on a reader to what its document states: our chip, over real APDUs, verified for one phone. */
import { expect } from 'chai'
import { chipChallenge } from '../../../node/chip/document/challenge.ts'
import { verifyChip } from '../../../node/chip/document/verify.ts'
import { readChip } from '../../../node/chip/reader/read-chip.ts'
import { SoftwareCard } from '../../../node/chip/software-card/software-card.ts'
import { checkOf, codeOf, country, documentSigner, facts, makeTestChip, random } from './support.ts'

describe('a chip that we make', () => {
  for (const activeAuthentication of ['P-256', 'RSA-2048'] as const) {
    it(`is read with its card access number and verified for the phone that asked: ${activeAuthentication}`, async () => {
      const korea = await country()
      const image = await makeTestChip(await documentSigner(korea), { activeAuthentication })
      const [nonce, phone, thief] = [random(32), random(32), random(32)]
      const { cardAccessNumber } = image
      const challenge = chipChallenge(nonce, phone)
      const reading = await readChip(new SoftwareCard(image, random), { cardAccessNumber, challenge, random })
      const check = checkOf([korea.anchor])
      const { personalNumber, portrait } = verifyChip(reading, { ...check, challenge })
      expect(personalNumber).to.equal(facts.personalNumber)
      expect(portrait.bytes).to.deep.equal(facts.portrait)
      const asThief = () => verifyChip(reading, { ...check, challenge: chipChallenge(nonce, thief) })
      expect(codeOf(asThief)).to.equal('CHIP_ACTIVE_AUTHENTICATION_FAILED')
    })
  }
})
