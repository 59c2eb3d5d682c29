import { UR, URDecoder, UREncoder } from '@ngraveio/bc-ur'
import { expect } from 'chai'
import fc from 'fast-check'
import { sha256 } from '#crypto'
import { concat } from '../../../../node/lib/bytes.ts'
import {
  CODE_SIZES,
  FrameReader,
  type FrameResult,
  framesOf,
  MAX_MESSAGE,
  STILL_LIMIT,
} from '../../../../node/verifier/in-person/frames.ts'
import { type Part, parseFrame, toByteString, toMultipart } from '../../../../node/verifier/in-person/ur/part.ts'

const bytesOf = (length: number, seed = 1): Uint8Array => {
  let state = seed
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state >>> 16
  })
}

/** Reads frames from number `from` on until a message is complete. */
function read(frames: ReturnType<typeof framesOf>, from = 0, reader = new FrameReader()) {
  for (let frame = from; frame < from + 400; frame++) {
    const { complete } = reader.add(frames.text(frame))
    if (complete) return { complete, frames: frame - from + 1 }
  }
  throw new Error('never complete')
}

describe('frames of a QR code', () => {
  it('a message of every length comes back, from any frame on', () => {
    for (const length of [1, 2, 20, 550, 564, 565, 566, 600, 1000, 2531, 6815]) {
      for (const from of [0, 7, 1000]) {
        const bytes = bytesOf(length)
        expect(read(framesOf(bytes), from).complete, `${length} from ${from}`).to.deep.equal(bytes)
      }
    }
  })

  it('the longest message comes back in both sizes', () => {
    const bytes = bytesOf(MAX_MESSAGE)
    for (const size of ['normal', 'large'] as const) expect(read(framesOf(bytes, size)).complete).to.deep.equal(bytes)
  })

  it('bc-ur reads what we write', () => {
    for (const [length, from] of [
      [100, 0],
      [700, 0],
      [2531, 30],
      [6815, 100],
    ] as const) {
      const bytes = bytesOf(length)
      const frames = framesOf(bytes)
      const decoder = new URDecoder()
      for (let frame = from; !decoder.isComplete(); frame++) decoder.receivePart(frames.text(frame))
      const message = decoder.resultUR().decodeCBOR() as Uint8Array
      expect(Uint8Array.from(message)).to.deep.equal(concat(Uint8Array.of(1), sha256(bytes), bytes))
    }
  })

  it('each frame that we write is the one of its number that bc-ur writes', () => {
    const bytes = bytesOf(3000)
    const content = Buffer.from(concat(Uint8Array.of(1), sha256(bytes), bytes))
    const encoder = new UREncoder(UR.fromBuffer(content), 400)
    const theirs = new Map<string, string>()
    for (let frame = 0; frame < 1000; frame++) {
      const text = encoder.nextPart().toUpperCase()
      theirs.set(text.split('/')[1] ?? '', text)
    }
    const frames = framesOf(bytes)
    const ours = Array.from({ length: 300 }, (_, frame) => frames.text(frame))
    for (const text of ours) expect(text).to.equal(theirs.get(text.split('/')[1] ?? ''))
    expect(ours.slice(0, 8).map(text => text.split('/')[1])).to.deep.equal(ours.slice(0, 8).map((_, i) => `${i + 1}-8`))
  })

  it('without loss, a reader needs as many frames as there are fragments, wherever it begins', () => {
    for (const length of [700, 1500, 2531, 6815]) {
      const frames = framesOf(bytesOf(length))
      for (let from = 0; from < 100; from++) expect(read(frames, from).frames).to.equal(frames.count)
    }
  })

  it('lost frames cost only themselves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 700, max: 7000 }), fc.integer({ min: 1, max: 2 ** 31 }), (length, seed) => {
        const bytes = bytesOf(length, seed)
        const frames = framesOf(bytes)
        const reader = new FrameReader()
        let progress = 0
        for (let frame = 0; frame < 1000; frame++) {
          if ((seed >>> (frame % 31)) & 1) continue
          const result = reader.add(frames.text(frame))
          expect(result.progress).to.be.at.least(progress)
          progress = result.progress
          if (!result.complete) continue
          expect(result.complete).to.deep.equal(bytes)
          return
        }
        throw new Error('never complete')
      }),
      { numRuns: 30 },
    )
  })

  it('larger squares have smaller fragments', () => {
    const bytes = bytesOf(2531)
    expect(framesOf(bytes).count).to.equal(7)
    expect(framesOf(bytes, 'large').count).to.equal(11)
    expect(read(framesOf(bytes, 'large')).complete).to.deep.equal(bytes)
    for (const size of ['normal', 'large'] as const) {
      const { fragment } = CODE_SIZES[size]
      expect(framesOf(bytesOf(MAX_MESSAGE), size).text(500).length).to.be.below(2 * (fragment + 40))
    }
  })

  it('a short message stands still', () => {
    const frames = framesOf(bytesOf(STILL_LIMIT - 40))
    expect(frames.count).to.equal(1)
    expect(frames.text(0)).to.equal(frames.text(17))
    expect(frames.text(0)).to.match(/^[0-9A-Z:/-]+$/)
  })

  it('refuses to write nothing, and more than the limit', () => {
    expect(() => framesOf(new Uint8Array())).to.throw('1 to 32768 bytes expected')
    expect(() => framesOf(bytesOf(MAX_MESSAGE + 1))).to.throw('1 to 32768 bytes expected')
  })
})

function partOf(text: string): Part {
  const frame = parseFrame(text)
  if (frame === null || 'message' in frame) throw new Error('not a part')
  return frame.part
}

describe('attacks with frames', () => {
  const bytes = bytesOf(2531)
  const frames = framesOf(bytes)

  it('frames of two codes are kept apart', () => {
    const other = framesOf(bytesOf(2531, 5))
    const reader = new FrameReader()
    const complete: Uint8Array[] = []
    for (let frame = 20; frame < 60; frame++) {
      for (const text of [frames.text(frame), other.text(frame)]) {
        const result = reader.add(text)
        if (result.complete) complete.push(result.complete)
      }
    }
    expect(complete).to.have.deep.members([bytes, bytesOf(2531, 5)])
  })

  it('a complete code is returned once, and again after a reset', () => {
    const reader = new FrameReader()
    read(frames, 0, reader)
    expect(reader.add(frames.text(3))).to.deep.equal({ progress: 0, refused: 'seen' })
    reader.reset()
    expect(read(frames, 0, reader).complete).to.deep.equal(bytes)
    const still = framesOf(bytesOf(40))
    expect(reader.add(still.text(0)).complete).to.deep.equal(bytesOf(40))
    expect(reader.add(still.text(0)).refused).to.equal('seen')
  })

  it('a frame that lies about its content spoils one attempt and no more', () => {
    const reader = new FrameReader()
    const forged = toMultipart({
      ...partOf(frames.text(0)),
      fragment: new Uint8Array(partOf(frames.text(0)).fragment.length),
    })
    const results: FrameResult[] = [reader.add(forged)]
    for (let frame = 1; frame < 60; frame++) results.push(reader.add(frames.text(frame)))
    expect(results.map(({ refused }) => refused)).to.include('damaged')
    expect(results.find(({ complete }) => complete)?.complete).to.deep.equal(bytes)
  })

  it('whoever forges the CRC-32 too is found by the SHA-256', () => {
    const content = concat(Uint8Array.of(1), sha256(bytesOf(500)), bytesOf(500, 9))
    const decoder = new FrameReader()
    const cbor = toByteString(content)
    const single = new UREncoder(new UR(Buffer.from(cbor)), 2000).nextPart()
    expect(decoder.add(single)).to.deep.equal({ progress: 0, refused: 'damaged' })
  })

  it('hostile counts and lengths are refused before memory is taken', () => {
    const part = partOf(frames.text(0))
    const refusals = (changes: Partial<typeof part>) =>
      new FrameReader().add(toMultipart({ ...part, ...changes })).refused
    expect(refusals({ count: 50_000_000, sequence: 50_000_001 })).to.equal('too_large')
    expect(refusals({ count: 2 ** 32 - 1, sequence: 2 ** 32 - 1 })).to.equal('too_large')
    expect(refusals({ messageLength: 2 ** 32 - 1 })).to.equal('too_large')
    expect(refusals({ messageLength: MAX_MESSAGE + 37 })).to.equal('too_large')
    expect(refusals({ count: 145 })).to.equal('too_large')
    expect(refusals({ count: 0 })).to.equal('malformed')
    expect(refusals({ sequence: 0 })).to.equal('malformed')
    expect(refusals({ messageLength: 0 })).to.equal('malformed')
    expect(refusals({ messageLength: 10 })).to.equal('malformed')
    expect(refusals({ fragment: new Uint8Array() })).to.equal('malformed')
    expect(refusals({ fragment: new Uint8Array(3) })).to.equal('malformed')
    expect(new FrameReader().add(`UR:BYTES/${'AE'.repeat(40_000)}`).refused).to.equal('too_large')
  })

  it('a camera may see anything', () => {
    const texts = [
      '',
      'ur:',
      'UR:BYTES',
      'UR:BYTES/',
      'UR:BYTES/AE',
      'UR:BYTES/1-2',
      'UR:BYTES/1-2/',
      'UR:BYTES/1-2/AEAEAEAEAEAE/x',
      frames.text(0).slice(0, -2),
      frames.text(0).replace('/1-7/', '/2-7/'),
      frames.text(0).replace('/1-7/', '/01-7/'),
    ] // prettier-ignore
    for (const text of texts)
      expect(new FrameReader().add(text).refused, text.slice(0, 30)).to.be.oneOf(['other', 'malformed'])
    fc.assert(fc.property(fc.string(), text => new FrameReader().add(text).refused === 'other'))
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9:/-]*$/),
        text => new FrameReader().add(`UR:BYTES/${text}`).refused === 'malformed',
      ),
    )
    expect(new FrameReader().add('https://example.com').refused).to.equal('other')
  })

  it('many codes at once take the memory of four', () => {
    const reader = new FrameReader()
    reader.add(frames.text(0))
    for (let seed = 10; seed < 20; seed++) reader.add(framesOf(bytesOf(5000, seed)).text(0))
    expect(reader.add(frames.text(1)).progress).to.equal(1 / 7)
  })
})
