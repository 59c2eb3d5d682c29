/**
 * PACE against the worked example of ICAO Doc 9303-11, Appendix G.1 (ECDH, generic mapping, AES-128, brainpoolP256r1), and
 * CMAC against RFC 4493. The example's password is the machine readable zone.
 */
import { expect } from 'chai'
import {
  AES_128,
  AES_256,
  BRAINPOOL_P256,
  encodeCardAccess,
  NIST_P256,
  parseCardAccess,
} from '../../../node/chip/pace/algorithms.ts'
import { cmac, padIso, unpadIso } from '../../../node/chip/pace/cmac.ts'
import {
  authenticationToken,
  decryptNonce,
  encryptNonce,
  keyPair,
  mappedGenerator,
  parsePoint,
  passwordKey,
  sessionKeys,
} from '../../../node/chip/pace/key-agreement.ts'
import { PlainChannel } from '../../../node/chip/reader/channel.ts'
import { establishPace } from '../../../node/chip/reader/pace.ts'
import { PaceChip } from '../../../node/chip/software-card/pace-chip.ts'
import { ParseError } from '../../../node/lib/parse-error.ts'
import { random } from '../../support/world.ts'
import { bytes, hex, ScriptedCard, scriptedRandom } from './support/readers.ts'

const SECRET = bytes('7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD')
const NONCE = '3F00C4D39D153F2B2A214A078D899B22'
const ENCRYPTED_NONCE = '95A3A016522EE98D01E76CB6B98B42C3'
const TERMINAL_MAPPING = '7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99'
const TERMINAL_KEY = 'A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595'
const CHIP_MAPPING = '498FF49756F2DC1587840041839A85982BE7761D14715FB091EFA7BCE9058560'
const CHIP_KEY = '107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A'
const TERMINAL_MAPPING_POINT =
  '047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E' +
  '544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D'
const CHIP_MAPPING_POINT =
  '04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57' +
  '30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54'
const GENERATOR =
  '048CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E2' +
  '8C879506743F8611AC33645C5B985C80B5F09A0B83407C1B6A4D857AE76FE522'
const TERMINAL_POINT =
  '042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C' +
  '3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB36462'
const CHIP_POINT =
  '049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB' +
  '7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F094'
const TERMINAL_TOKEN = 'C2B0BD78D94BA866'
const CHIP_TOKEN = '3ABB9674BCE93C08'

const info = { protocol: AES_128, curve: BRAINPOOL_P256 }

/** The whole exchange, command and answer. */
const TRANSCRIPT = [
  ['0022C1A412800A04007F0007020204020283010184010D', '9000'],
  ['10860000027C0000', `7C128010${ENCRYPTED_NONCE}9000`],
  [`10860000457C438141${TERMINAL_MAPPING_POINT}00`, `7C438241${CHIP_MAPPING_POINT}9000`],
  [`10860000457C438341${TERMINAL_POINT}00`, `7C438441${CHIP_POINT}9000`],
  [`008600000C7C0A8508${TERMINAL_TOKEN}00`, `7C0A8608${CHIP_TOKEN}9000`],
] as const

/** With the keys of the example: a SELECT of the application, and its answer. */
const PROTECTED_SELECT = [
  '0CA4040C1D871101752F676B09FAC86A87D632749A49C7CC8E08C18BA1FCE707BD9F00',
  '990290008E08BEA7B381C494A0799000',
] as const

describe('chip: PACE', () => {
  it('derives the keys, the mapping and the tokens of the worked example', () => {
    const key = passwordKey(SECRET, AES_128)
    expect(hex(key)).to.equal('89DED1B26624EC1E634C1989302849DD')
    expect(hex(decryptNonce(key, bytes(ENCRYPTED_NONCE)))).to.equal(NONCE)
    expect(hex(encryptNonce(key, bytes(NONCE)))).to.equal(ENCRYPTED_NONCE)

    const mapping = keyPair(BRAINPOOL_P256, scriptedRandom(TERMINAL_MAPPING))
    expect(hex(mapping.encoded)).to.equal(TERMINAL_MAPPING_POINT)
    const other = parsePoint(BRAINPOOL_P256, bytes(CHIP_MAPPING_POINT))
    const generator = mappedGenerator(BRAINPOOL_P256, bytes(NONCE), mapping, other)
    expect(hex(generator.toBytes(false))).to.equal(GENERATOR)

    const own = keyPair(BRAINPOOL_P256, scriptedRandom(TERMINAL_KEY), generator)
    expect(hex(own.encoded)).to.equal(TERMINAL_POINT)
    const keys = sessionKeys(AES_128, own, parsePoint(BRAINPOOL_P256, bytes(CHIP_POINT)))
    expect(hex(keys.encryption)).to.equal('F5F0E35C0D7161EE6724EE513A0D9A7F')
    expect(hex(keys.mac)).to.equal('FE251C7858B356B24514B3BD5F4297D1')
    expect(hex(authenticationToken(keys, AES_128, bytes(CHIP_POINT)))).to.equal(TERMINAL_TOKEN)
    expect(hex(authenticationToken(keys, AES_128, bytes(TERMINAL_POINT)))).to.equal(CHIP_TOKEN)
  })

  it('sends the commands of the worked example as a reader, and protects the next one', async () => {
    const card = new ScriptedCard([...TRANSCRIPT, PROTECTED_SELECT])
    const channel = new PlainChannel(card, 1000, new AbortController().signal)
    const drawn = scriptedRandom(TERMINAL_MAPPING, TERMINAL_KEY)
    const session = await establishPace(channel, info, { reference: 1, secret: SECRET }, drawn)
    const select = { cla: 0, ins: 0xa4, p1: 4, p2: 0x0c, data: bytes('A0000002471001'), expected: 0 }
    const answer = await channel.send(session.protectCommand(select), 'select the application')
    expect(session.unprotectAnswer(answer)).to.deep.equal({ data: new Uint8Array(), status: 0x9000 })
    expect(card.isAtEnd).to.equal(true)
  })

  it('gives the answers of the worked example as a chip', () => {
    const chip = new PaceChip(info, passwordKey(SECRET, AES_128), scriptedRandom(NONCE, CHIP_MAPPING, CHIP_KEY))
    for (const [command, answer] of TRANSCRIPT.slice(1)) {
      const length = Number.parseInt(command.slice(8, 10), 16)
      const { data, status } = chip.authenticate(bytes(command.slice(10, 10 + 2 * length))).answer
      expect(`${hex(data)}${status.toString(16)}`).to.equal(answer)
    }
  })

  it('has a nonce as long as the key, also one above the order of the curve', () => {
    for (const [protocol, length] of [
      [AES_128, 16],
      [AES_256, 32],
    ] as const) {
      const chip = new PaceChip({ protocol, curve: NIST_P256 }, passwordKey(SECRET, protocol), random)
      expect(chip.authenticate(bytes('7C00')).answer.data).to.have.length(4 + length)
    }
    const { ORDER } = NIST_P256.Point.Fn
    const [nonce, less] = [ORDER + 7n, 7n].map(value => bytes(value.toString(16).padStart(64, '0')))
    const own = keyPair(NIST_P256, random)
    const mapped = [nonce, less].map(s => mappedGenerator(NIST_P256, s as Uint8Array, own, own.point).toHex())
    expect(mapped[0]).to.equal(mapped[1])
  })

  it('accepts as a public key only a point on its curve', () => {
    const p256 = hex(NIST_P256.Point.BASE.toBytes(false))
    for (const wrong of [p256, `04${'00'.repeat(64)}`, '00', `02${CHIP_POINT.slice(2, 66)}`, `${CHIP_POINT}00`]) {
      expect(() => parsePoint(BRAINPOOL_P256, bytes(wrong)), wrong).to.throw(ParseError)
    }
    const flipped = bytes(CHIP_POINT)
    flipped[64] = (flipped[64] as number) ^ 1
    expect(() => parsePoint(BRAINPOOL_P256, flipped)).to.throw(ParseError)
  })

  it('draws a secret again that is zero or not below the order', () => {
    const order = 'A9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7'
    const drawn = scriptedRandom('00'.repeat(32), order, 'FF'.repeat(32), TERMINAL_MAPPING)
    expect(hex(keyPair(BRAINPOOL_P256, drawn).encoded)).to.equal(TERMINAL_MAPPING_POINT)
  })

  it('reads EF.CardAccess of the worked example, and takes the strongest of what it knows', () => {
    expect(parseCardAccess(bytes('31143012060A04007F0007020204020202010202010D'))).to.deep.equal([info])
    const offered = [info, { protocol: AES_256, curve: NIST_P256 }]
    expect(parseCardAccess(encodeCardAccess(offered))[0]).to.deep.equal(offered[1])
    // Another protocol, version 1, other parameters, and parameters of its own.
    const others = [
      '3012060A04007F00070202040201 020102 02010D',
      '3012060A04007F00070202040202 020101 02010D',
      '3012060A04007F00070202040202 020102 020110',
      '300F060A04007F00070202040202 020102',
    ].map(bytes)
    const set = Buffer.concat([Buffer.from([0x31, others.reduce((sum, { length }) => sum + length, 0)]), ...others])
    expect(parseCardAccess(new Uint8Array(set))).to.deep.equal([])
    for (const wrong of ['', '3114', '30143012060A04007F0007020204020202010202010D', '3103020102']) {
      expect(() => parseCardAccess(bytes(wrong)), wrong).to.throw(ParseError)
    }
  })
})

describe('chip: AES-CMAC', () => {
  it('is that of RFC 4493 and NIST SP 800-38B', () => {
    const message =
      '6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E51' +
      '30C81C46A35CE411E5FBC1191A0A52EFF69F2445DF4F9B17AD2B417BE66C3710'
    const key128 = '2B7E151628AED2A6ABF7158809CF4F3C'
    const key256 = '603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4'
    const cases = [
      [key128, 0, 'BB1D6929E95937287FA37D129B756746'],
      [key128, 16, '070A16B46B4D4144F79BDD9DD04A287C'],
      [key128, 40, 'DFA66747DE9AE63030CA32611497C827'],
      [key128, 64, '51F0BEBF7E3B9D92FC49741779363CFE'],
      [key256, 0, '028962F61B7BF89EFC6B551F4667D983'],
      [key256, 16, '28A7023F452E8F82BD4BF28D8C37C35C'],
      [key256, 40, 'AAF3D8F1DE5640C232F5B169B9C911E6'],
      [key256, 64, 'E1992190549F6ED5696A2C056C315410'],
    ] as const
    for (const [key, length, expected] of cases) {
      // A Buffer, whose slice() would share memory with it.
      const part = Buffer.from(message.slice(0, 2 * length), 'hex')
      expect(hex(cmac(bytes(key), part))).to.equal(expected)
      expect(hex(part)).to.equal(message.slice(0, 2 * length))
    }
  })

  it('pads to whole blocks, and refuses what is not padded', () => {
    for (const length of [0, 1, 15, 16, 17, 32]) {
      const data = new Uint8Array(length).fill(7)
      const padded = padIso(data)
      expect(padded.length % 16).to.equal(0)
      expect(unpadIso(padded)).to.deep.equal(data)
    }
    for (const wrong of ['', '00'.repeat(16), '01'.repeat(16), `80${'00'.repeat(16)}`]) {
      expect(unpadIso(bytes(wrong)), wrong).to.equal(undefined)
    }
  })
})
