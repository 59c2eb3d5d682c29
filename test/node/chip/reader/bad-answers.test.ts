/** Chips, and what stands between a chip and its reader, that answer what they must not: always a coded error, in time. */
import { expect } from 'chai'
import fc from 'fast-check'
import { FileId } from '../../../../node/chip/image.ts'
import type { CardReader } from '../../../../node/chip/reader/card-reader.ts'
import { PlainChannel } from '../../../../node/chip/reader/channel.ts'
import { openFile, readFile } from '../../../../node/chip/reader/files.ts'
import { type ReadChipOptions, readChip } from '../../../../node/chip/reader/read-chip.ts'
import { SoftwareCard } from '../../../../node/chip/software-card/software-card.ts'
import { tlv } from '../../../../node/chip/tlv.ts'
import { concat } from '../../../../node/lib/bytes.ts'
import { random } from '../../../support/world.ts'
import { CHALLENGE, NUMBER, testImage } from '../support/image.ts'
import { bytes, failureOf, Meddler } from '../support/readers.ts'

const options: ReadChipOptions = {
  cardAccessNumber: NUMBER,
  challenge: CHALLENGE,
  random,
  answerWithin: 300,
  readWithin: 5000,
}
const image = testImage({ portrait: 500 })

type Change = ConstructorParameters<typeof Meddler>[1]

const read = (change: Change, more: Partial<ReadChipOptions> = {}) =>
  failureOf(readChip(new Meddler(new SoftwareCard(image, random), change), { ...options, ...more }))

const isProtected = (command: Uint8Array): boolean => ((command[0] as number) & 0x0c) === 0x0c
/** Changes the answers to one kind of command. */
const on =
  (isMeant: (command: Uint8Array) => boolean, change: (answer: Uint8Array) => Uint8Array): Change =>
  (answer, command) =>
    isMeant(command) ? change(answer) : answer
const general = (step: number) => (command: Uint8Array) =>
  command[1] === 0x86 && (step === 0 ? command[4] === 2 : command[7] === step)
const readsCardAccess = (command: Uint8Array) => command[1] === 0xb0 && command[2] === 0x9c

describe('chip: bad answers', () => {
  const plain: [what: string, change: Change, expected: object][] = [
    ['nothing', () => new Uint8Array(), { code: 'CHIP_ANSWER_INVALID' }],
    ['one byte', () => bytes('90'), { code: 'CHIP_ANSWER_INVALID' }],
    [
      'a refusal',
      on(readsCardAccess, () => bytes('6A82')),
      { code: 'CHIP_COMMAND_REFUSED', step: 'read EF.CardAccess', status: '6a82' },
    ],
    [
      'more than asked for',
      on(readsCardAccess, () => concat(new Uint8Array(300), bytes('9000'))),
      { code: 'CHIP_ANSWER_INVALID' },
    ],
    ['less than the header of a file', on(readsCardAccess, () => bytes('31149000')), { code: 'CHIP_ANSWER_INVALID' }],
    ['another file', on(readsCardAccess, () => bytes('601430129000')), { code: 'CHIP_ANSWER_INVALID' }],
    [
      'a file of 60 kB where a small one lies',
      on(readsCardAccess, () => bytes('3182EA609000')),
      { code: 'CHIP_TOO_LARGE', bytes: 60_004 },
    ],
    [
      'a file that is longer than what comes',
      on(readsCardAccess, answer => (answer.length === 6 ? bytes('315030129000') : bytes('9000'))),
      { code: 'CHIP_ANSWER_INVALID' },
    ],
    [
      '61xx without end',
      on(
        command => readsCardAccess(command) || command[1] === 0xc0,
        () => bytes('00 61FF'),
      ),
      { code: 'CHIP_ANSWER_INVALID', reason: 'it has no end' },
    ],
    [
      '61xx without data',
      on(
        command => readsCardAccess(command) || command[1] === 0xc0,
        () => bytes('6110'),
      ),
      { code: 'CHIP_ANSWER_INVALID' },
    ],
    ['6Cxx again and again', () => bytes('6C04'), { code: 'CHIP_ANSWER_INVALID' }],
    ['6Cxx with data', on(readsCardAccess, () => bytes('00 6C04')), { code: 'CHIP_ANSWER_INVALID' }],
  ]
  for (const [what, change, expected] of plain) {
    it(`before PACE: ${what}`, async () => {
      expect(await read(change)).to.include(expected)
    })
  }

  const pace: [what: string, change: Change, expected: object][] = [
    [
      'no MSE:Set AT',
      on(
        command => command[1] === 0x22,
        () => bytes('6A80'),
      ),
      { code: 'CHIP_COMMAND_REFUSED', status: '6a80' },
    ],
    [
      'a short nonce',
      on(general(0), () => bytes('7C06800411223344 9000')),
      { code: 'CHIP_ANSWER_INVALID', step: 'PACE' },
    ],
    [
      'a nonce without its length',
      on(general(0), answer => concat(answer.slice(0, -5), bytes('9000'))),
      { code: 'CHIP_ANSWER_INVALID' },
    ],
    [
      'other data objects',
      on(general(0), answer => concat(bytes('7D'), answer.subarray(1))),
      { code: 'CHIP_ANSWER_INVALID' },
    ],
    [
      'a point at infinity',
      on(general(0x81), () => bytes(`7C43824104${'00'.repeat(64)}9000`)),
      { code: 'CHIP_PACE_FAILED' },
    ],
    ['a point beside the curve', on(general(0x83), answer => altered(answer, 30)), { code: 'CHIP_PACE_FAILED' }],
    ['a wrong token', on(general(0x85), answer => altered(answer, 6)), { code: 'CHIP_PACE_FAILED' }],
    ['a short token', on(general(0x85), () => bytes('7C028600 9000')), { code: 'CHIP_PACE_FAILED' }],
    [
      'an unknown status word for the token',
      on(general(0x85), () => bytes('6985')),
      { code: 'CHIP_COMMAND_REFUSED', status: '6985' },
    ],
  ]
  for (const [what, change, expected] of pace) {
    it(`in PACE: ${what}`, async () => {
      expect(await read(change)).to.include(expected)
    })
  }

  it('in PACE: our own key, sent back', async () => {
    let ours = new Uint8Array()
    const change: Change = (answer, command) => {
      if (!general(0x83)(command)) return answer
      ours = command.slice(7, 7 + 67)
      return concat(bytes('7C438441'), ours.subarray(2), bytes('9000'))
    }
    expect(await read(change)).to.include({ code: 'CHIP_PACE_FAILED', reason: 'it sent our own key back' })
  })

  const after: [what: string, change: (answer: Uint8Array) => Uint8Array][] = [
    ['a wrong MAC', answer => altered(answer, answer.length - 4)],
    ['other data', answer => altered(answer, 4)],
    ['another status word', answer => concat(answer.subarray(0, -2), bytes('6282'))],
    ['a cut answer', answer => concat(answer.slice(0, answer.length - 9), bytes('9000'))],
    ['no protection', () => bytes('9000')],
    ['data without protection', () => bytes('60145F01 9000')],
    ['a refusal without protection', () => bytes('6988')],
    ['a length that lies', answer => concat(bytes('8784'), answer.subarray(2))],
    ['too many data objects', () => bytes(`${'8000'.repeat(50)}9000`)],
  ]
  for (const [what, change] of after) {
    it(`after PACE: ${what}`, async () => {
      let broken = 0
      const failure = await read((answer, command) => {
        if (!isProtected(command) || ++broken < 4) return answer
        return change(answer)
      })
      expect(failure).to.include({ code: 'CHIP_SESSION_BROKEN' })
      // Nothing more was sent.
      expect(broken).to.equal(4)
    })
  }

  it('after PACE: an answer of before, repeated', async () => {
    let last: Uint8Array | undefined
    const failure = await read((answer, command) => {
      if (!isProtected(command)) return answer
      const sent = last ?? answer
      last = answer
      return sent
    })
    expect(failure).to.include({ code: 'CHIP_SESSION_BROKEN' })
  })

  it('files that announce more than a card has, each and together', async () => {
    const withFile = (file: number, content: Uint8Array) => ({
      ...image,
      files: new Map([...image.files, [file, content]]),
    })
    const huge = (file: number, tag: number, length: number) =>
      failureOf(readChip(new SoftwareCard(withFile(file, tlv(tag, new Uint8Array(length))), random), options))
    expect(await huge(FileId.SECURITY_OBJECT, 0x77, 40_000)).to.include({
      code: 'CHIP_TOO_LARGE',
      step: 'read EF.SOD',
      limit: 16_384,
    })
    expect(await huge(0x0101, 0x61, 2000)).to.include({ code: 'CHIP_TOO_LARGE', step: 'read DG1', limit: 1024 })
    expect(await huge(FileId.COM, 0x60, 2000)).to.include({ code: 'CHIP_TOO_LARGE', step: 'read EF.COM' })
    const both = withFile(FileId.SECURITY_OBJECT, tlv(0x77, new Uint8Array(16_000)))
    const all = {
      ...both,
      files: new Map([
        ...both.files,
        [0x0102, tlv(0x75, new Uint8Array(65_500))],
        [0x010e, tlv(0x6e, new Uint8Array(8000))],
        [0x010f, tlv(0x6f, new Uint8Array(4000))],
        [0x010b, tlv(0x6b, new Uint8Array(8000))],
      ]),
    }
    expect(await failureOf(readChip(new SoftwareCard(all, random), options))).to.include({
      code: 'CHIP_TOO_LARGE',
      limit: 100_000,
    })
  })

  it('a file beyond 32 kB whose parts are no data objects, or longer than asked for', async () => {
    const file = { file: 0x0102, step: 'read DG2', limit: 65_535 } as const
    const chip = (part: (expected: number) => Uint8Array): CardReader => ({
      async transmit(command) {
        if (command[1] === 0xb1) return part(command.at(-1) as number)
        const expected = command.at(-1) || 256
        return command[2] === 0x82 && command[3] === 0
          ? bytes('7582EA609000')
          : concat(new Uint8Array(expected), bytes('9000'))
      },
      async close() {},
    })
    for (const part of ['9000', '54024142 9000', '5305AA 9000', `5381FD${'00'.repeat(253)}9000`]) {
      const channel = new PlainChannel(
        chip(() => bytes(part)),
        300,
        new AbortController().signal,
      )
      const opened = await openFile(channel, file)
      expect(await failureOf(readFile(channel, opened, 256, () => undefined)), part).to.include({
        code: 'CHIP_ANSWER_INVALID',
      })
    }
  })

  it('anything at all in place of one answer: a coded error, or the reading as it is', async () => {
    const codes = new Set<string>()
    const change = fc.oneof(
      fc.record({ kind: fc.constant('replace'), bytes: fc.uint8Array({ maxLength: 300 }) }),
      fc.record({ kind: fc.constant('alter'), bytes: fc.uint8Array({ minLength: 1, maxLength: 4 }) }),
      fc.record({ kind: fc.constant('cut'), bytes: fc.uint8Array({ maxLength: 40 }) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), change, async (at, { kind, bytes: noise }) => {
        const card = new Meddler(new SoftwareCard(image, random), (answer, _command, number) => {
          if (number !== at) return answer
          if (kind === 'replace') return noise
          if (kind === 'cut') return answer.slice(0, Math.max(0, answer.length - noise.length))
          return answer.map((byte, i) => byte ^ (noise[(i + at) % (noise.length * 7)] ?? 0))
        })
        const reading = readChip(card, options)
        await reading.then(
          ({ dataGroups }) => {
            for (const [number, file] of dataGroups) expect(file).to.deep.equal(image.files.get(0x0100 + number))
          },
          error => {
            expect(error, String(error.stack)).to.have.property('detail')
            codes.add(error.code)
          },
        )
      }),
      { numRuns: 30 },
    )
    expect([...codes].every(code => code.startsWith('CHIP_'))).to.equal(true)
  })

  it('a chip that does not answer any more', async () => {
    const silent = (_answer: Uint8Array, _command: Uint8Array, number: number) =>
      number < 9 ? _answer : new Promise<Uint8Array>(() => undefined)
    expect(await read(silent)).to.include({ code: 'CHIP_CARD_GONE' })
  })

  it('a chip that gives one byte at a time', async () => {
    const drips = (answer: Uint8Array, command: Uint8Array) =>
      new Promise<Uint8Array>(resolve => setTimeout(() => resolve(answer), isProtected(command) ? 50 : 0))
    expect(await read(drips, { readWithin: 200 })).to.include({ code: 'CHIP_TOO_SLOW', seconds: 0.2 })
  })

  it('nobody who waits for the reading any more', async () => {
    const left = new AbortController()
    const reading = readChip(
      new Meddler(new SoftwareCard(image, random), (answer, _command, number) => {
        if (number === 10) left.abort(new TypeError('left'))
        return answer
      }),
      { ...options, signal: left.signal },
    )
    await reading.then(
      () => expect.fail('it was read'),
      error => expect(error).to.be.instanceOf(TypeError),
    )
  })
})

function altered(answer: Uint8Array, at: number): Uint8Array {
  const changed = answer.slice()
  changed[at] = (changed[at] as number) ^ 0x01
  return changed
}
