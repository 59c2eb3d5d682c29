/**
 * Secure messaging against messages that another program made for the session keys of the worked example of ICAO
 * 9303-11, Appendix G.1 (g0ddest/javacard-express, `icao-sm-vectors`).
 */
import { expect } from 'chai'
import { encodeCommand, parseCommand } from '../../../node/chip/iso7816/command.ts'
import { encodeAnswer, parseAnswer } from '../../../node/chip/iso7816/response.ts'
import { cmac, padIso } from '../../../node/chip/pace/cmac.ts'
import { mostProtected, SecureSession } from '../../../node/chip/secure-messaging/session.ts'
import { tlv } from '../../../node/chip/tlv.ts'
import { concat } from '../../../node/lib/bytes.ts'
import { ParseError } from '../../../node/lib/parse-error.ts'
import { bytes, hex } from './support/readers.ts'

const KEYS = { encryption: bytes('F5F0E35C0D7161EE6724EE513A0D9A7F'), mac: bytes('FE251C7858B356B24514B3BD5F4297D1') }

/** Plain command, protected command, protected answer, plain answer, in the order of one session. */
const SESSION = [
  [
    '00A4040C07A0000002471001',
    '0CA4040C1D871101752F676B09FAC86A87D632749A49C7CC8E08C18BA1FCE707BD9F00',
    '990290008E08BEA7B381C494A0799000',
    '9000',
  ],
  [
    '00A4020C02011E',
    '0CA4020C1D8711016EC84E1358184515AB2D827D30A5C92A8E08403D53BA7533FA7800',
    '990290008E08E00BFFE5473D41409000',
    '9000',
  ],
  [
    '00B0000004',
    '0CB000000D9701048E085F466809FF5A7CFA00',
    '871101589BBC0A6D42160A410E922BF9B053C0990290008E08D740B23B68972F959000',
    '60145F019000',
  ],
  [
    '00B0000412',
    '0CB000040D9701128E08BBBF5ED5E05496B900',
    '872101BEF82DED9B5D74478CBF57D8D9A97CA0A734BF04FDFFB15F3E9B17C4CF0C7FAD990290008E08FEF6E216BE55241B9000',
    '04303130365F36063034303030305C0261759000',
  ],
  [
    '00B0001020',
    '0CB000100D9701208E082127CFCA305C7BAF00',
    '8711019F6C6CD4EEEED01F44034EE58C971D79990262828E083A777C1FAA7E7B456282',
    '3030305C0261756282',
  ],
  [
    '00A4020C020107',
    '0CA4020C1D8711015B2F29C050148915B65E27AA5CD2485C8E08FDB5983F8AB5662700',
    '99026A828E0874C75E16C36B7EA56A82',
    '6A82',
  ],
  [
    '00B0000004',
    '0CB000000D9701048E085025DD441F66946600',
    '871101AD0762B79C28FC4667A4AA2D938779A2990290008E08E1263C04A0D9C0E29000',
    '60145F019000',
  ],
] as const

/** A session of its own each: an odd instruction, an extended length, and one that becomes short. */
const SINGLE = [
  [
    '00B10000045402800000',
    '0CB100001F8510A887C3CD8067D24C34F0BADD764F420F9701008E081DC1B0DEA80C8F6200',
    '852082CD7FD51306D6A7BA6B5FB0E6C951C579885C1EF2071DBDF7E24793BBC275FE990290008E08F549DAD266010B869000',
    '5310000102030405060708090A0B0C0D0E0F9000',
  ],
  [
    '00B00000000004',
    '0CB000000D9701048E089F7A0431D2D7981100',
    '8711015F0FD964E440B671E8B38C273BDE41AA990290008E08F7C947C263A3C2D29000',
    '60145F019000',
  ],
] as const

function check(
  reader: SecureSession,
  chip: SecureSession,
  [plain, command, answer, data]: readonly [string, string, string, string],
): void {
  const given = parseCommand(bytes(plain))
  expect(hex(encodeCommand(reader.protectCommand(given)))).to.equal(command)
  const arrived = chip.unprotectCommand(parseCommand(bytes(command)))
  const { extended: _, ...wanted } = given
  expect(arrived).to.deep.equal(wanted)
  expect(hex(encodeAnswer(chip.protectAnswer(parseAnswer(bytes(data)), arrived.ins)))).to.equal(answer)
  expect(hex(encodeAnswer(reader.unprotectAnswer(parseAnswer(bytes(answer)))))).to.equal(data)
}

describe('chip: secure messaging', () => {
  it('protects and unprotects the messages of another program, on both sides', () => {
    const [reader, chip] = [new SecureSession(KEYS), new SecureSession(KEYS)]
    for (const step of SESSION) check(reader, chip, step)
    for (const step of SINGLE) check(new SecureSession(KEYS), new SecureSession(KEYS), step)
  })

  it('writes extended lengths', () => {
    const reader = new SecureSession(KEYS)
    const read = { cla: 0, ins: 0xb0, p1: 0, p2: 0, data: new Uint8Array(), expected: 1000 }
    expect(hex(encodeCommand(reader.protectCommand(read)))).to.equal('0CB0000000000E970203E88E08C81CF7B5DA3B24EA0000')
    const all = { ...read, expected: 65_536 }
    const encoded = '0CB0000000000E970200008E08898A5192544AE27F0000'
    expect(hex(encodeCommand(new SecureSession(KEYS).protectCommand(all)))).to.equal(encoded)
  })

  it('refuses an answer in which any bit is another, and each part that is missing, added or twice', () => {
    const [plain, , answer] = SESSION[2]
    const fresh = () => {
      const session = new SecureSession(KEYS)
      for (const [command, , before] of SESSION.slice(0, 2)) {
        session.protectCommand(parseCommand(bytes(command)))
        session.unprotectAnswer(parseAnswer(bytes(before)))
      }
      session.protectCommand(parseCommand(bytes(plain)))
      return session
    }
    const refused = (data: Uint8Array) =>
      expect(() => fresh().unprotectAnswer(parseAnswer(data)), hex(data)).to.throw(ParseError)
    expect(fresh().unprotectAnswer(parseAnswer(bytes(answer))).data).to.have.length(4)
    for (let bit = 0; bit < bytes(answer).length * 8; bit++) {
      const altered = bytes(answer)
      altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7))
      refused(altered)
    }
    const [cryptogram, word, mac] = [answer.slice(0, 38), answer.slice(38, 46), answer.slice(46, 66)]
    for (const other of [
      word + mac,
      cryptogram + mac,
      cryptogram + word,
      mac,
      '',
      cryptogram + word + mac + word,
      cryptogram + cryptogram + word + mac,
      word + cryptogram + mac,
    ]) {
      refused(bytes(`${other}9000`))
    }
    refused(bytes(SESSION[0][2]))
  })

  it('refuses a command that was altered or is repeated', () => {
    const [, command] = SESSION[0]
    for (let bit = 0; bit < 8 * (bytes(command).length - 1); bit++) {
      const altered = bytes(command)
      altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(() => new SecureSession(KEYS).unprotectCommand(parseCommand(altered)), hex(altered)).to.throw(ParseError)
    }
    const chip = new SecureSession(KEYS)
    chip.unprotectCommand(parseCommand(bytes(command)))
    expect(() => chip.unprotectCommand(parseCommand(bytes(command)))).to.throw(ParseError)
  })

  it('fits as much as it says into an answer', () => {
    for (const length of [256, 1024, 4096]) {
      const most = mostProtected(length)
      const answer = (count: number) =>
        encodeAnswer(new SecureSession(KEYS).protectAnswer({ data: new Uint8Array(count), status: 0x9000 }, 0xb0))
      expect(answer(most).length - 2).to.be.at.most(length)
      expect(answer(most + 1).length - 2).to.be.greaterThan(length)
    }
    expect(mostProtected(256)).to.equal(223)
  })

  it('takes no cryptogram for data unless it is whole blocks with a known padding', () => {
    // The MAC is right, so only the cryptogram is judged.
    for (const wrong of [
      tlv(0x87, bytes('01')),
      tlv(0x87, bytes(`02${'00'.repeat(16)}`)),
      tlv(0x87, bytes(`01${'00'.repeat(15)}`)),
      tlv(0x85, bytes('00'.repeat(16))),
    ]) {
      const chip = new Forger(KEYS)
      const reader = new SecureSession(KEYS)
      reader.protectCommand({ cla: 0, ins: 0xb0, p1: 0, p2: 0, data: new Uint8Array(), expected: 4 })
      expect(() => reader.unprotectAnswer(chip.answer(wrong)), hex(wrong)).to.throw(ParseError)
    }
  })
})

/** Makes first answers with a right MAC around any data object. */
class Forger {
  constructor(private readonly keys: typeof KEYS) {}

  answer(object: Uint8Array): { data: Uint8Array; status: number } {
    const objects = concat(object, tlv(0x99, bytes('9000')))
    const counter = bytes(`${'00'.repeat(15)}02`)
    return {
      data: concat(objects, tlv(0x8e, cmac(this.keys.mac, padIso(concat(counter, objects))).slice(0, 8))),
      status: 0x9000,
    }
  }
}
