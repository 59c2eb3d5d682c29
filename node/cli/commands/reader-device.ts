/** The reader that a command was told to use: one of the system's, or the file of a demo that stands for a card. */
import { randomBytes } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import type { Command } from 'commander'
import { decodeImage } from '../../chip/image-file.ts'
import type { ReaderDevice } from '../../chip/reader/card-reader.ts'
import { openPcsc } from '../../chip/reader/pcsc.ts'
import { CliError } from '../errors.ts'
import { installConfig } from '../install.ts'
import type { Context } from '../terminal.ts'

export interface ReaderOptions {
  readonly reader?: string
  readonly card?: string
}

export const takesReader = (command: Command): Command =>
  command
    .option('--reader <name>', "the card reader, by a part of its name (default: the system's first)")
    .option('--card <file>', 'in a demo: a file that stands for a card, from `dojang card make` or <data>/chips')

/** The image of a chip with the largest portrait is far smaller. */
const MOST = 2_000_000

export interface OpenedReader {
  readonly device: ReaderDevice
  /** What would be printed on the card, if a file stands for it. */
  readonly printedNumber?: string
}

/** @throws {ReaderError} CHIP_SIMULATED_REFUSED, CHIP_READER_LIBRARY, CHIP_READER_UNKNOWN; {CliError} CLI_INPUT */
export async function openReader(context: Context, { reader, card }: ReaderOptions): Promise<OpenedReader> {
  if (card === undefined) return { device: await openPcsc(reader === undefined ? {} : { reader }) }
  if (reader !== undefined) throw new CliError({ code: 'CLI_USAGE' }, 'Give --reader or --card, not both.')
  const { mode } = installConfig(
    context.data,
    'A file can stand for a card only in a demo: name its directory with --data DIR.',
  )
  if (statSync(card).size > MOST) {
    const reason = 'too large for the image of a chip'
    throw new CliError(
      { code: 'CLI_INPUT', path: card, reason },
      `${card}: ${reason}. Name a file of \`dojang card make\`.`,
    )
  }
  // Loaded here: other commands need no curves.
  const { imageDevice } = await import('../../chip/reader/image-device.ts')
  const image = decodeImage(readFileSync(card, 'utf8'))
  return { device: imageDevice(image, { mode, random: randomBytes }), printedNumber: image.cardAccessNumber }
}
