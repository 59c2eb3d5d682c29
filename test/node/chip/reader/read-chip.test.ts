import { constants, createHash, publicEncrypt, verify } from 'node:crypto'
import { expect } from 'chai'
import { createCom } from '../../../../node/chip/document/com.ts'
import { FileId } from '../../../../node/chip/image.ts'
import { AES_128, AES_256, BRAINPOOL_P256, NIST_P256 } from '../../../../node/chip/pace/algorithms.ts'
import { readChip } from '../../../../node/chip/reader/read-chip.ts'
import { SoftwareCard } from '../../../../node/chip/software-card/software-card.ts'
import { random } from '../../../support/world.ts'
import { CHALLENGE, NUMBER, publicKeyOf, testImage } from '../support/image.ts'
import { failureOf, Meddler } from '../support/readers.ts'

const options = { cardAccessNumber: NUMBER, challenge: CHALLENGE, random }

describe('chip: reading', () => {
  const offers = [
    { protocol: AES_128, curve: NIST_P256 },
    { protocol: AES_256, curve: NIST_P256 },
    { protocol: AES_128, curve: BRAINPOOL_P256 },
    { protocol: AES_256, curve: BRAINPOOL_P256 },
  ]
  for (const [i, offered] of offers.entries()) {
    const extendedLength = i % 2 === 0
    it(`gets every file: ${offered.protocol.name}, parameters ${offered.curve.parameterId}, ${extendedLength ? 'extended' : 'short'} lengths`, async () => {
      const image = testImage({ offered: [offered] })
      const card = new Meddler(new SoftwareCard(image, random, { extendedLength }))
      const steps: [number, number][] = []
      const reading = await readChip(card, { ...options, onProgress: (read, total) => steps.push([read, total]) })
      expect(reading.securityObject).to.deep.equal(image.files.get(FileId.SECURITY_OBJECT))
      expect([...reading.dataGroups.keys()].sort((a, b) => a - b)).to.deep.equal([1, 2, 11, 14, 15])
      for (const [number, file] of reading.dataGroups) expect(file).to.deep.equal(image.files.get(0x0100 + number))

      const total = [...reading.dataGroups.values()].reduce(
        (sum, { length }) => sum + length,
        reading.securityObject.length,
      )
      expect(steps.at(-1)).to.deep.equal([total, total])
      expect(new Set(steps.map(([, all]) => all))).to.deep.equal(new Set([total]))
      expect(steps.every(([read], at) => read > (steps[at - 1]?.[0] ?? 0))).to.equal(true)
      const longest = Math.max(...card.commands.map(({ length }) => length))
      if (!extendedLength) expect(longest).to.be.at.most(5 + 255 + 1)
      // The portrait ends beyond 32 kB.
      expect(card.commands.some(command => command[1] === 0xb1)).to.equal(true)
    })
  }

  it("has the chip's signature over the challenge, with ECDSA", async () => {
    const { activeAuthentication } = await readChip(new SoftwareCard(testImage(), random), options)
    const key = { key: publicKeyOf('P-256'), dsaEncoding: 'ieee-p1363' } as const
    expect(verify('sha256', CHALLENGE, key, activeAuthentication)).to.equal(true)
    expect(verify('sha256', Uint8Array.of(...CHALLENGE.subarray(0, 7), 9), key, activeAuthentication)).to.equal(false)
  })

  for (const extendedLength of [true, false]) {
    it(`has it with RSA (ISO/IEC 9796-2), ${extendedLength ? 'at once' : 'with GET RESPONSE'}`, async () => {
      const card = new Meddler(
        new SoftwareCard(testImage({ key: 'RSA-2048', portrait: 2000 }), random, { extendedLength }),
      )
      const { activeAuthentication } = await readChip(card, options)
      expect(card.commands.some(command => command[1] === 0xc0)).to.equal(!extendedLength)
      const message = publicEncrypt(
        { key: publicKeyOf('RSA-2048'), padding: constants.RSA_NO_PADDING },
        activeAuthentication,
      )
      const recovered = message.subarray(1, -34)
      expect([message[0], message.subarray(-2).toString('hex')]).to.deep.equal([0x6a, '34cc'])
      expect(message.subarray(-34, -2)).to.deep.equal(createHash('sha256').update(recovered).update(CHALLENGE).digest())
    })
  }

  it('takes the data groups that EF.COM lists, and no chip without a portrait', async () => {
    const image = testImage({ portrait: 500 })
    const without = (groups: readonly number[]) =>
      readChip(
        new SoftwareCard({ ...image, files: new Map([...image.files, [FileId.COM, createCom(groups)]]) }, random),
        options,
      )
    expect([...(await without([1, 2, 15, 14, 3])).dataGroups.keys()].sort((a, b) => a - b)).to.deep.equal([
      1, 2, 14, 15,
    ])
    expect(await failureOf(without([1, 11]))).to.include({ code: 'CHIP_ANSWER_INVALID', step: 'read EF.COM' })
  })

  it('is refused with a wrong card access number, until the chip accepts none any more', async () => {
    const card = new SoftwareCard(testImage({ portrait: 500 }), random, { tries: 3 })
    const wrong = { ...options, cardAccessNumber: '000000' }
    expect(await failureOf(readChip(card, wrong))).to.include({ code: 'CHIP_ACCESS_REFUSED', triesLeft: 2 })
    // The right one in between counts from the beginning.
    await readChip(card, options)
    await card.close()
    for (const left of [2, 1]) {
      const failure = await failureOf(readChip(card, wrong))
      expect(failure).to.include({ code: 'CHIP_ACCESS_REFUSED', triesLeft: left })
      expect(failure.message).not.to.include('000000')
      // Taking the card away changes nothing.
      await card.close()
    }
    expect(await failureOf(readChip(card, wrong))).to.include({ code: 'CHIP_ACCESS_BLOCKED' })
    expect(await failureOf(readChip(card, options))).to.include({ code: 'CHIP_ACCESS_BLOCKED' })
  })

  it('says so when the chip has another kind of PACE', async () => {
    // id-PACE-DH-GM-3DES-CBC-CBC on the parameters 0.
    const other = Buffer.from('31143012060A04007F00070202040101020102020100', 'hex')
    const card = new SoftwareCard(testImage({ files: new Map([[FileId.CARD_ACCESS, new Uint8Array(other)]]) }), random)
    expect(await failureOf(readChip(card, options))).to.include({ code: 'CHIP_UNSUPPORTED' })
  })

  it('sends no card access number and no challenge in the clear', async () => {
    const card = new Meddler(new SoftwareCard(testImage({ portrait: 500 }), random))
    await readChip(card, options)
    const sent = Buffer.concat(card.commands).toString('latin1')
    expect(sent).not.to.include(NUMBER)
    expect(sent).not.to.include(Buffer.from(CHALLENGE).toString('latin1'))
  })
})
