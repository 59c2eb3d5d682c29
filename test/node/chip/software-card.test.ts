/** What the software card refuses, as a chip does. */
import { expect } from 'chai'
import fc from 'fast-check'
import { command, encodeCommand } from '../../../node/chip/iso7816/command.ts'
import { parseAnswer } from '../../../node/chip/iso7816/response.ts'
import { PlainChannel, ProtectedChannel } from '../../../node/chip/reader/channel.ts'
import { imageDevice } from '../../../node/chip/reader/image-device.ts'
import { establishPace } from '../../../node/chip/reader/pace.ts'
import { SoftwareCard } from '../../../node/chip/software-card/software-card.ts'
import { utf8 } from '../../../node/lib/bytes.ts'
import { random } from '../../support/world.ts'
import { CARD_INFO, NUMBER, testImage } from './support/image.ts'
import { bytes, hex } from './support/readers.ts'

const SELECT_APPLICATION = '00A4040C07A0000002471001'

describe('chip: the software card', () => {
  const image = testImage({ portrait: 600 })
  const newCard = () => new SoftwareCard(image, random)
  const send = async (card: SoftwareCard, text: string) => hex(await card.transmit(bytes(text)))

  async function open(card: SoftwareCard) {
    const plain = new PlainChannel(card, 1000, new AbortController().signal)
    const session = await establishPace(plain, CARD_INFO, { reference: 2, secret: utf8(NUMBER) }, random)
    return { plain, protected: new ProtectedChannel(plain, session) }
  }

  it('shows before PACE only the files for everybody', async () => {
    const card = newCard()
    const refused = [
      '00B09E0004',
      '00B0820004',
      '00A4020C020101',
      SELECT_APPLICATION,
      '0088000008010203040506070800',
      '0084000008',
    ]
    for (const text of refused) {
      expect(['6982', '6A82', '6D00'], text).to.include(await send(card, text))
    }
    expect(await send(card, '00B09C0004')).to.match(/^31..30..9000$/)
    expect(await send(card, '00A4000C023F00')).to.equal('9000')
    expect(await send(card, '00A4020C02011C')).to.equal('9000')
    expect(await send(card, '00B0000002')).to.match(/^31..9000$/)
    expect(await send(card, '00B08200FF')).to.equal('6982')
    // Protected commands without keys, and GENERAL AUTHENTICATE without MSE:Set AT.
    expect(await send(card, '0CB000000D9701048E08BBBF5ED5E05496B900')).to.equal('6882')
    expect(await send(card, '10860000027C0000')).to.equal('6985')
  })

  it('ends the session at the first command without protection, and at the first wrong one', async () => {
    const ends = [
      ['a plain one', '00B0820004', '6982'],
      ['a wrong MAC', '0CB0810004', '6988'],
      ['another session', '0CB000000D9701048E08BBBF5ED5E05496B900', '6988'],
    ] as const
    for (const [what, text, answer] of ends) {
      const card = newCard()
      const { protected: channel } = await open(card)
      const select = command(0xa4, { p1: 4, p2: 0x0c, data: bytes('A0000002471001') })
      expect((await channel.send(select, 'select the application')).status).to.equal(0x9000)
      expect(await send(card, text), what).to.equal(answer)
      const next = channel.send(command(0xb0, { p1: 0x81, expected: 4 }), 'read DG1')
      await next.then(
        () => expect.fail('it answered'),
        error => expect(error.code).to.equal('CHIP_SESSION_BROKEN'),
      )
    }
  })

  it('answers about files as ISO/IEC 7816-4 says, under protection', async () => {
    const { protected: channel } = await open(newCard())
    const ask = async (ins: number, rest: Parameters<typeof command>[1]) =>
      (await channel.send(command(ins, rest), 'read EF.COM')).status
    expect(await ask(0xb0, { p1: 0x82, expected: 4 })).to.equal(0x6a82)
    expect(await ask(0xa4, { p1: 4, p2: 0x0c, data: bytes('A000000247100100') })).to.equal(0x6a82)
    expect(await ask(0xa4, { p1: 4, p2: 0x0c, data: bytes('A0000002471001') })).to.equal(0x9000)
    expect(await ask(0xb0, { expected: 4 })).to.equal(0x6986)
    expect(await ask(0xa4, { p1: 2, p2: 0x0c, data: bytes('0101') })).to.equal(0x9000)
    expect(await ask(0xb0, { expected: 4 })).to.equal(0x9000)
    expect(await ask(0xb0, { expected: 200 })).to.equal(0x6282)
    expect(await ask(0xb0, { p2: 200, expected: 4 })).to.equal(0x6b00)
    expect(await ask(0xb0, { p1: 0xe1, expected: 4 })).to.equal(0x6a86)
    expect(await ask(0xb1, { data: bytes('540400000000'), expected: 8 })).to.equal(0x6a80)
    expect(await ask(0xa4, { p1: 2, p2: 0x0c, data: bytes('0103') })).to.equal(0x6a82)
    expect(await ask(0x88, { data: bytes('01020304'), expected: 256 })).to.equal(0x6700)
    expect(await ask(0xd6, { data: bytes('00') })).to.equal(0x6d00)
  })

  it('takes extended lengths only if it is made so', async () => {
    const short = new SoftwareCard(image, random, { extendedLength: false })
    expect(await send(short, '00B09C00000010')).to.equal('6700')
    expect(await send(short, '00B0810000')).to.equal('6982')
    expect(await send(newCard(), '00B09C00000010')).to.match(/9000$|6282$/)
    expect(await send(newCard(), '00B0810000')).to.match(/^7F66/)
  })

  it('answers anything at all with a status word', async () => {
    const card = newCard()
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), async text => {
        expect(parseAnswer(await card.transmit(text)).status).to.be.greaterThan(0)
      }),
    )
    const noise = fc.tuple(
      fc.constantFrom(0x22, 0x86, 0xa4, 0xb0, 0xb1, 0x88),
      fc.nat(255),
      fc.nat(255),
      fc.uint8Array({ maxLength: 60 }),
      fc.nat(256),
    )
    await fc.assert(
      fc.asyncProperty(noise, async ([ins, p1, p2, data, expected]) => {
        const { status } = parseAnswer(await card.transmit(encodeCommand(command(ins, { p1, p2, data, expected }))))
        expect(status).to.be.greaterThan(0)
      }),
    )
  })

  it('is refused outside a demo', () => {
    for (const mode of ['local', 'production', '']) {
      expect(() => imageDevice(image, { mode, random }), mode)
        .to.throw()
        .with.property('code', 'CHIP_SIMULATED_REFUSED')
    }
    expect(imageDevice(image, { mode: 'demo', random }).simulated).to.equal(true)
  })
})
