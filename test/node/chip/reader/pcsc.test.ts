/** The adapter for PC/SC against a fake of the library, as its index.d.ts describes it. The real one: virtual-reader.test.ts. */

import { EventEmitter } from 'node:events'
import { expect } from 'chai'
import { type LoadPcsc, openPcsc } from '../../../../node/chip/reader/pcsc.ts'
import { readChip } from '../../../../node/chip/reader/read-chip.ts'
import { SoftwareCard } from '../../../../node/chip/software-card/software-card.ts'
import { random } from '../../../support/world.ts'
import { CHALLENGE, NUMBER, testImage } from '../support/image.ts'
import { failureOf } from '../support/readers.ts'

const options = { cardAccessNumber: NUMBER, challenge: CHALLENGE, random }

type Done<T> = (error: unknown, value?: T) => void

class FakeReader extends EventEmitter {
  readonly SCARD_SHARE_EXCLUSIVE = 1
  readonly SCARD_STATE_PRESENT = 0x20
  readonly SCARD_STATE_MUTE = 0x200
  readonly SCARD_UNPOWER_CARD = 2
  readonly calls: string[] = []
  /** What the next transmission fails with. */
  failure: string | undefined

  constructor(
    readonly name: string,
    private readonly card: SoftwareCard,
  ) {
    super()
  }

  connect(options: { share_mode: number }, done: Done<number>): void {
    this.calls.push(`connect ${options.share_mode}`)
    setImmediate(() => (this.failure ? done(new Error(this.failure)) : done(null, 2)))
  }

  disconnect(disposition: number, done: Done<void>): void {
    this.calls.push(`disconnect ${disposition}`)
    void this.card.close().then(() => done(null))
  }

  transmit(data: Buffer, most: number, protocol: number, done: Done<Buffer>): void {
    expect([Buffer.isBuffer(data), most, protocol]).to.deep.equal([true, 65_538, 2])
    if (this.failure) return void done(new Error(this.failure))
    void this.card.transmit(data).then(answer => done(null, Buffer.from(answer)))
  }

  close(): void {
    this.calls.push('close')
  }
}

/** The library, which names its readers a moment after it was called. */
function library(readers: readonly FakeReader[], failure?: unknown) {
  let closed = false
  const close = () => {
    closed = true
  }
  const pcsc = Object.assign(new EventEmitter(), { close })
  const plugIn = (reader: FakeReader) => {
    pcsc.emit('reader', reader)
    reader.emit('status', { state: reader.SCARD_STATE_PRESENT })
  }
  const create = () => {
    setImmediate(() => {
      if (failure) pcsc.emit('error', failure)
      readers.forEach(plugIn)
    })
    return pcsc
  }
  const load: LoadPcsc = async () => ({ default: create })
  return { load, plugIn, closed: () => closed }
}

const newReader = (name = 'ACME Contactless 00 00') =>
  new FakeReader(name, new SoftwareCard(testImage({ portrait: 500 }), random))

describe('chip: PC/SC readers', () => {
  it('read a card, alone, and take its power away afterwards', async () => {
    const reader = newReader()
    const device = await openPcsc({ load: library([newReader('Other 00'), reader]).load, reader: 'ACME' })
    expect([device.name, device.simulated, device.cardPresent()]).to.deep.equal([reader.name, false, true])
    const card = await device.connect()
    expect((await readChip(card, options)).dataGroups.size).to.equal(5)
    await card.close()
    expect(reader.calls).to.deep.equal(['connect 1', 'disconnect 2'])
    await device.close()
    expect(reader.calls.at(-1)).to.equal('close')
  })

  it('say that there is no card, that it was taken away, or that the reader failed', async () => {
    const reader = newReader()
    const device = await openPcsc(library([reader]))
    for (const state of [0x10, 0x220]) {
      reader.emit('status', { state })
      expect(await failureOf(device.connect())).to.include({ code: 'CHIP_NO_CARD' })
    }
    reader.emit('status', { state: 0x20 })
    const card = await device.connect()
    reader.failure = 'SCardTransmit error: Card was removed. (0x80100069)'
    expect(await failureOf(readChip(card, options))).to.include({ code: 'CHIP_CARD_GONE' })
    reader.failure = 'SCardConnect error: Sharing violation. (0x8010000b)'
    expect(await failureOf(device.connect())).to.include({ code: 'CHIP_READER_FAILED', reason: 'PC/SC 8010000b' })
    reader.emit('error', new Error('without a listener this would end the process'))
  })

  it('go on when the reader is plugged in again', async () => {
    const { load, plugIn } = library([newReader()])
    const reader = newReader()
    const device = await openPcsc({ load, reader: 'ACME' })
    plugIn(newReader('Other 00'))
    plugIn(reader)
    await (await device.connect()).close()
    // Two of the name are plugged in: the first stays the one.
    expect(reader.calls).to.deep.equal([])

    const { load: again, plugIn: plugInAgain } = library([reader])
    const other = await openPcsc({ load: again, reader: 'ACME' })
    reader.emit('end')
    expect(other.cardPresent()).to.equal(false)
    expect(await failureOf(other.connect())).to.include({ code: 'CHIP_READER_FAILED' })
    plugInAgain(newReader('Other 00'))
    expect(other.cardPresent()).to.equal(false)
    plugInAgain(newReader('ACME Contactless 01 00'))
    expect([other.name, other.cardPresent()]).to.deep.equal(['ACME Contactless 01 00', true])
    expect((await readChip(await other.connect(), options)).dataGroups.size).to.equal(5)
  })

  it('name the readers that there are when none fits', async () => {
    const { load, closed } = library([newReader('One 00'), newReader('Two 00')])
    const failure = await failureOf(openPcsc({ load, reader: 'Three', findWithin: 50 }))
    expect(failure).to.deep.include({ code: 'CHIP_READER_UNKNOWN', found: ['One 00', 'Two 00'] })
    expect(closed()).to.equal(true)
    const { load: none } = library([])
    expect((await failureOf(openPcsc({ load: none, findWithin: 50 }))).message).to.include('none is plugged in')
  })

  it('say when the library is not installed, or the service of the system does not run', async () => {
    const missing = await failureOf(openPcsc())
    if (missing.code !== 'CHIP_READER_UNKNOWN') expect(missing.code).to.match(/^CHIP_READER_(LIBRARY|FAILED)$/)
    const absent: LoadPcsc = () => import('@dojang/no-such-package' as string)
    expect(await failureOf(openPcsc({ load: absent }))).to.include({
      code: 'CHIP_READER_LIBRARY',
      reason: 'ERR_MODULE_NOT_FOUND',
    })
    const { load } = library([], new Error('SCardEstablishContext error: Service not available. (0x8010001d)'))
    expect(await failureOf(openPcsc({ load }))).to.include({ code: 'CHIP_READER_FAILED', reason: 'PC/SC 8010001d' })
  })
})
