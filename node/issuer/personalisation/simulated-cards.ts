/**
 * Identity cards of a demo: what a chip would contain, signed by the simulated country signing CA of the install. Whoever
 * has the image has the card, so there are none outside a demo.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type ChipFacts, makeChip } from '../../chip/document/make.ts'
import { makeCountrySigner, makeDocumentSigner } from '../../chip/document/make-certificates.ts'
import type { DocumentSigner } from '../../chip/document/make-security-object.ts'
import { type CountrySigner, parseCountrySigner } from '../../chip/document/trust.ts'
import type { ChipImage } from '../../chip/image.ts'
import { encodeImage } from '../../chip/image-file.ts'
import { koreanDate } from '../../credential/dates.ts'
import { writeDurably } from '../../keys/files.ts'
import { makeP256Pem, SoftwareSigner } from '../../keys/signer.ts'
import type { SimulatedKeys } from '../../keys/simulated.ts'
import { type Random, randomBelow } from '../../lib/random.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import type { MakeCard } from './simulator.ts'

/** The images of the chips that were made here. */
export const chipsDirectory = (data: string): string => join(data, 'chips')

export interface SimulatedCardsOptions {
  readonly keys: SimulatedKeys
  readonly clock: Clock
  readonly random: Random
}

export class SimulatedCards {
  private constructor(
    readonly countrySigner: CountrySigner,
    private readonly signer: DocumentSigner,
    private readonly until: UnixSeconds,
    private readonly options: SimulatedCardsOptions,
  ) {}

  /** The document signer is a new one each time. Its documents are valid as long as the CA. */
  static async open(options: SimulatedCardsOptions): Promise<SimulatedCards> {
    const { keys, random } = options
    const { notBefore, notAfter } = keys.face
    const term = { notBefore, notAfter }
    const ca = await makeCountrySigner(keys.csca, { ...term, commonName: 'Simulated CSCA' }, random)
    const key = new SoftwareSigner(makeP256Pem())
    const named = { ...term, commonName: 'Simulated document signer' }
    const certificate = await makeDocumentSigner(keys.csca, ca, key.publicKey.spki, named, random)
    const signer = { certificate, sign: (data: Uint8Array) => key.sign(data) }
    return new SimulatedCards(parseCountrySigner(ca), signer, notAfter, options)
  }

  /** @throws {ChipError} CHIP_CANNOT_BE_MADE */
  make(facts: Omit<ChipFacts, 'documentNumber' | 'expiresOn'>, documentNumber: string): Promise<ChipImage> {
    const { clock, random } = this.options
    const expiresOn = koreanDate(this.until)
    return makeChip({ ...facts, documentNumber, expiresOn }, this.signer, { now: clock(), random })
  }

  /** A new number, such as `K12345678`. */
  number(): string {
    return `K${String(randomBelow(this.options.random, 100_000_000)).padStart(8, '0')}`
  }

  /**
   * Makes the cards of the personalisation queue as files. One without a chip is only a number.
   * @param directory of the files, which `dojang reader` and `dojang card` read
   */
  producer(directory: string): MakeCard {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    return async (facts, chip) => {
      const number = this.number()
      if (chip) writeDurably(join(directory, `${number}.json`), encodeImage(await this.make(facts, number)))
      return number
    }
  }
}
