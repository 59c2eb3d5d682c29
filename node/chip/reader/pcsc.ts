/**
 * Readers that the operating system drives (PC/SC), by the library `@pokusew/pcsclite`. It is a native addon, needed only
 * where a reader is plugged in, so it is not among the packages of the project: docs/chip.md says how to install it, and
 * it is loaded when a reader is opened. Why: docs/decisions/181.
 */
import { EXTENDED_EXPECTED } from '../iso7816/command.ts'
import type { CardReader, ReaderDevice } from './card-reader.ts'
import { cardGone, noCard, ReaderError, readerFailed } from './errors.ts'

/** What is used of the library (its index.d.ts). */
export interface Pcsc {
  on(event: 'error', listener: (error: unknown) => void): unknown
  on(event: 'reader', listener: (reader: PcscReader) => void): unknown
  close(): void
}

export interface PcscReader {
  readonly SCARD_SHARE_EXCLUSIVE: number
  readonly SCARD_STATE_PRESENT: number
  readonly SCARD_STATE_MUTE: number
  readonly SCARD_UNPOWER_CARD: number
  readonly name: string
  on(event: 'error', listener: (error: unknown) => void): unknown
  on(event: 'end', listener: () => void): unknown
  on(event: 'status', listener: (status: { readonly state: number }) => void): unknown
  connect(options: { share_mode: number }, done: (error: unknown, protocol: number) => void): void
  disconnect(disposition: number, done: (error: unknown) => void): void
  transmit(data: Buffer, most: number, protocol: number, done: (error: unknown, answer: Buffer) => void): void
  close(): void
}

/** A module whose only or default export makes the library's object. */
export type LoadPcsc = () => Promise<unknown>

export interface PcscOptions {
  /** A part of the reader's name; the first reader, if none is given. */
  readonly reader?: string
  /** Milliseconds to wait until the system has named its readers. */
  readonly findWithin?: number
  readonly load?: LoadPcsc
}

/** A name that the compiler does not look for. */
const LIBRARY: string = '@pokusew/pcsclite'

/** @throws {ReaderError} CHIP_READER_LIBRARY, CHIP_READER_UNKNOWN, CHIP_READER_FAILED */
export async function openPcsc(options: PcscOptions = {}): Promise<ReaderDevice> {
  const { reader: wanted, findWithin = 2000, load = () => import(LIBRARY) } = options
  const pcsc = await started(load)
  const device = new PcscDevice(pcsc)
  const found: string[] = []
  const { promise, resolve, reject } = Promise.withResolvers<ReaderDevice>()
  const timer = setTimeout(() => {
    const names = found.length === 0 ? 'none is plugged in' : found.join(', ')
    const failure = { code: 'CHIP_READER_UNKNOWN', found } as const
    reject(new ReaderError(failure, `There is no such card reader. Plug it in, or name one of these: ${names}.`))
  }, findWithin)
  pcsc.on('error', error => {
    device.detach()
    reject(readerFailed(`PC/SC ${codeOf(error)}`, error))
  })
  // Also when a reader is plugged in again.
  pcsc.on('reader', reader => {
    // An error without a listener would end the process.
    reader.on('error', () => undefined)
    found.push(reader.name)
    if (device.isAttached || (wanted !== undefined && !reader.name.includes(wanted))) return
    device.attach(reader)
    resolve(device)
  })
  try {
    return await promise
  } catch (error) {
    pcsc.close()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

async function started(load: LoadPcsc): Promise<Pcsc> {
  try {
    const loaded = (await load()) as { readonly default?: unknown }
    const create = (loaded.default ?? loaded) as () => Pcsc
    return create()
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException | null)?.code ?? 'it does not load'
    throw new ReaderError(
      { code: 'CHIP_READER_LIBRARY', reason },
      `The library for card readers cannot be used (${reason}). docs/chip.md#card-readers says how to install it.`,
      { cause },
    )
  }
}

class PcscDevice implements ReaderDevice {
  readonly simulated = false
  #name = ''
  #reader: PcscReader | undefined
  #state = 0

  constructor(private readonly pcsc: Pcsc) {}

  get name(): string {
    return this.#name
  }

  get isAttached(): boolean {
    return this.#reader !== undefined
  }

  attach(reader: PcscReader): void {
    this.#name = reader.name
    this.#reader = reader
    this.#state = 0
    reader.on('status', ({ state }) => {
      if (this.#reader === reader) this.#state = state
    })
    reader.on('end', () => {
      if (this.#reader === reader) this.detach()
    })
  }

  detach(): void {
    this.#reader = undefined
  }

  cardPresent(): boolean {
    if (this.#reader === undefined) return false
    const { SCARD_STATE_PRESENT, SCARD_STATE_MUTE } = this.#reader
    return (this.#state & SCARD_STATE_PRESENT) !== 0 && (this.#state & SCARD_STATE_MUTE) === 0
  }

  async connect(): Promise<CardReader> {
    const reader = this.#reader
    if (reader === undefined) throw readerFailed('it is not plugged in, or its service ended')
    if (!this.cardPresent()) throw noCard()
    const { promise, resolve, reject } = Promise.withResolvers<CardReader>()
    reader.connect({ share_mode: reader.SCARD_SHARE_EXCLUSIVE }, (error, protocol) => {
      if (error) reject(failureOf(error))
      else resolve(new PcscCard(reader, protocol))
    })
    return promise
  }

  async close(): Promise<void> {
    this.#reader?.close()
    this.pcsc.close()
  }
}

/** Milliseconds. */
const CLOSE_WITHIN = 2000

class PcscCard implements CardReader {
  constructor(
    private readonly reader: PcscReader,
    private readonly protocol: number,
  ) {}

  transmit(command: Uint8Array): Promise<Uint8Array> {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
    this.reader.transmit(Buffer.from(command), EXTENDED_EXPECTED + 2, this.protocol, (error, answer) => {
      if (error) reject(failureOf(error))
      else resolve(new Uint8Array(answer))
    })
    return promise
  }

  close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    // A reader that still waits for a card's answer must not keep the next reading waiting.
    const late = setTimeout(resolve, CLOSE_WITHIN)
    // Without power the chip forgets its session. A card that was taken away cannot be disconnected, and needs not be.
    this.reader.disconnect(this.reader.SCARD_UNPOWER_CARD, () => resolve())
    return promise.finally(() => clearTimeout(late))
  }
}

/** Codes of PC/SC (pcsclite.h): no card, not transacted, unresponsive, unpowered, reset, removed. */
const GONE = ['8010000c', '80100016', '80100066', '80100067', '80100068', '80100069']

function failureOf(error: unknown): ReaderError {
  const code = codeOf(error)
  return GONE.includes(code) ? cardGone(error) : readerFailed(`PC/SC ${code}`, error)
}

/** The library's messages end in the code: `SCardTransmit error: Card was removed. (0x80100069)`. */
const codeOf = (error: unknown): string =>
  /0x([0-9a-f]{8})/i.exec(error instanceof Error ? error.message : String(error))?.[1]?.toLowerCase() ??
  'without a code'
