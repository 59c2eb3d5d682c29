/** A file that stands for a card on a reader, in a demo. */
import type { Random } from '../../lib/random.ts'
import type { ChipImage } from '../image.ts'
import { SoftwareCard, type SoftwareCardOptions } from '../software-card/software-card.ts'
import type { CardReader, ReaderDevice } from './card-reader.ts'
import { simulationRefused } from './errors.ts'

export interface ImageDeviceOptions extends SoftwareCardOptions {
  /** The mode of the install (config). */
  readonly mode: string
  readonly random: Random
}

/**
 * A reader with this card on it. The card counts wrong card access numbers as long as the device lives.
 * @throws {ReaderError} CHIP_SIMULATED_REFUSED unless the install is a demo
 */
export function imageDevice(image: ChipImage, { mode, random, ...options }: ImageDeviceOptions): ReaderDevice {
  if (mode !== 'demo') throw simulationRefused()
  const card = new SoftwareCard(image, random, options)
  return {
    ...{ name: 'Software card', simulated: true },
    cardPresent: () => true,
    async connect(): Promise<CardReader> {
      await card.close()
      return card
    },
    close: () => card.close(),
  }
}
