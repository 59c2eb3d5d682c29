/** `dojang card read`: reads the chip of an identity card. */
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'
import { parseDg11 } from '../../chip/document/holder.ts'
import { parseDg1 } from '../../chip/document/mrz.ts'
import { type ChipReading, DataGroup } from '../../chip/image.ts'
import { CHALLENGE_LENGTH } from '../../chip/reader/desk-api.ts'
import { readingToJson } from '../../chip/reader/reading-json.ts'
import { fromBase64url, toBase64url } from '../../lib/bytes.ts'
import { ParseError } from '../../lib/parse-error.ts'
import { Progress } from '../progress.ts'
import { readAccessNumber } from '../secret-input.ts'
import { aligned } from '../table.ts'
import { type Bilingual, type Language, printResult } from '../terminal.ts'
import { type ContextOf, examples } from './context.ts'
import { openReader, type ReaderOptions, takesReader } from './reader-device.ts'

interface ReadFlags extends ReaderOptions {
  readonly accessNumberFile?: string
  readonly challenge?: Uint8Array
  readonly show?: boolean
  readonly out?: string
}

/** @param card the command `card` */
export function addReadCard(card: Command, contextOf: ContextOf): void {
  const read = card
    .command('read')
    .description('read the chip of an identity card, and print which files it has. Nothing is verified')
  takesReader(read)
    .option(
      '--access-number-file <file>',
      'read the card access number from this file (default: a prompt, or standard input)',
    )
    .option('--challenge <base64url>', 'eight bytes that the chip signs (default: random ones)', parseChallenge)
    .option('--show', 'also print the name, the numbers and the dates on the chip')
    .option('--out <file>', 'store what was read, with personal data, as an issuer takes it')
    .addHelpText(
      'after',
      examples(
        'dojang card read',
        'dojang card read --card data/chips/K12345678.json --show',
        'dojang card read --json',
      ),
    )
    .action(async (flags: ReadFlags, command: Command) => {
      const context = contextOf(command)
      const { device } = await openReader(context, flags)
      try {
        const cardAccessNumber = await readAccessNumber(context, flags.accessNumberFile)
        const challenge = flags.challenge ?? new Uint8Array(randomBytes(CHALLENGE_LENGTH))
        let bar: Progress | undefined
        const { readChip } = await import('../../chip/reader/read-chip.ts')
        const reader = await device.connect()
        let reading: ChipReading
        try {
          reading = await readChip(reader, {
            ...{ cardAccessNumber, challenge, random: randomBytes },
            onProgress: (done, total) => {
              bar ??= new Progress(context, device.name, total)
              bar.update(done)
            },
          })
        } finally {
          bar?.end()
          await reader.close()
        }
        if (flags.out !== undefined) writeFileSync(flags.out, JSON.stringify(readingToJson(reading)), { mode: 0o600 })
        const files = filesOf(reading)
        const facts = flags.show ? shownFacts(reading) : undefined
        const answer = { challenge: toBase64url(challenge), answerBytes: reading.activeAuthentication.length }
        printResult(
          context,
          { reader: device.name, simulated: device.simulated, files, ...answer, ...(facts && { document: facts }) },
          { ko: textOf(files, facts, 'ko'), en: textOf(files, facts, 'en') },
        )
      } finally {
        await device.close()
      }
    })
}

interface FileSize {
  readonly file: string
  readonly bytes: number
}

const filesOf = ({ securityObject, dataGroups }: ChipReading): FileSize[] => [
  { file: 'EF.SOD', bytes: securityObject.length },
  ...[...dataGroups]
    .toSorted(([a], [b]) => a - b)
    .map(([number, { length }]) => ({ file: `DG${number}`, bytes: length })),
]

/** As the chip says it: nobody verified it. @throws {ChipError} CHIP_DOCUMENT_MALFORMED */
function shownFacts({ dataGroups }: ChipReading): Readonly<Record<string, string | null>> {
  const zone = dataGroups.get(DataGroup.MRZ)
  const holder = dataGroups.get(DataGroup.HOLDER)
  const { documentNumber, expiresOn } = zone ? parseDg1(zone) : { documentNumber: null, expiresOn: null }
  return { documentNumber, expiresOn, ...(holder && { ...parseDg11(holder) }) }
}

const LABELS: ReadonlyMap<string, Bilingual> = new Map(
  Object.entries({
    documentNumber: { ko: '문서번호', en: 'document number' },
    expiresOn: { ko: '만료일', en: 'expires on' },
    familyName: { ko: '성', en: 'family name' },
    givenName: { ko: '이름', en: 'given name' },
    personalNumber: { ko: '주민등록번호', en: 'personal number' },
    birthdate: { ko: '생년월일', en: 'birthdate' },
    address: { ko: '주소', en: 'address' },
  }),
)
const WORDS = {
  ko: { bytes: '바이트', signed: '칩이 질문에 서명했습니다. 이 명령은 아무것도 검증하지 않습니다.' },
  en: { bytes: 'bytes', signed: 'The chip signed the challenge. This command verifies nothing.' },
} as const

function textOf(
  files: readonly FileSize[],
  facts: ReturnType<typeof shownFacts> | undefined,
  language: Language,
): string {
  const words = WORDS[language]
  const sizes = files.map(({ file, bytes }) => [file, `${bytes.toLocaleString('en')} ${words.bytes}`])
  const shown = Object.entries(facts ?? {}).map(([name, value]) => [LABELS.get(name)?.[language] ?? name, value ?? '-'])
  return [...aligned(sizes), ...(shown.length === 0 ? [] : ['', ...aligned(shown)]), '', words.signed].join('\n')
}

function parseChallenge(text: string): Uint8Array {
  try {
    const bytes = fromBase64url(text)
    if (bytes.length === CHALLENGE_LENGTH) return bytes
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
  }
  throw new InvalidArgumentError('a challenge is eight bytes in base64url, 11 characters.')
}
