/** `dojang card make`: a file that stands for an identity card, in a demo. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { z } from 'zod'
import type { ChipFacts } from '../../chip/document/make.ts'
import { encodeImage } from '../../chip/image-file.ts'
import { simulationRefused } from '../../chip/reader/errors.ts'
import { koreanDate } from '../../credential/dates.ts'
import type { ResidentFacts } from '../../credential/subject.ts'
import { writeDurably } from '../../keys/files.ts'
import { fromBase64 } from '../../lib/base64.ts'
import type { Clock } from '../../lib/time.ts'
import { parsePersonalNumber } from '../../residents/personal-number.ts'
import { CliError } from '../errors.ts'
import { installConfig } from '../install.ts'
import { printResult } from '../terminal.ts'
import { type ContextOf, examples } from './context.ts'

interface MakeFlags {
  readonly facts?: string
  readonly person?: number
  readonly out?: string
}

/** What is written on the card: the members that a card producer is given for a job, with the two names apart. */
const Facts = z.strictObject({
  documentNumber: z
    .string()
    .regex(/^[A-Z0-9]{6,9}$/)
    .optional(),
  familyName: z.string().min(1),
  givenName: z.string(),
  personalNumber: z.string(),
  address: z.string(),
  /** JPEG, JPEG 2000 or PNG, in base64. */
  portrait: z.string(),
})

/** @param card the command `card` */
export function addMakeCard(card: Command, contextOf: ContextOf): void {
  card
    .command('make')
    .description('in a demo: make a file that stands for an identity card, signed with the keys of the demo')
    .option('--facts <file>', 'what is written on the card, as JSON: docs/chip.md')
    .addOption(
      new Option('--person <number>', 'without --facts: which of the invented people of the demo')
        .argParser(parseOrdinal)
        .default(1),
    )
    .option('--out <file>', 'where to store it (default: in <data>/chips, under the number of the card)')
    .addHelpText(
      'after',
      examples('dojang card make', 'dojang card make --person 7', 'dojang card make --facts facts.json'),
    )
    .action(async (flags: MakeFlags, command: Command) => {
      const context = contextOf(command)
      const config = installConfig(context.data, 'Name the directory of a demo with --data DIR.')
      if (config.mode !== 'demo') throw simulationRefused()
      const [{ openSimulatedKeys }, { chipsDirectory, SimulatedCards }] = await Promise.all([
        import('../../keys/simulated.ts'),
        import('../../issuer/personalisation/simulated-cards.ts'),
      ])
      const { clock } = context
      const owner = { name: config.authority.ko, url: config.publicUrl }
      const keys = await openSimulatedKeys(join(config.data, 'keys'), owner, clock(), randomBytes)
      const maker = await SimulatedCards.open({ keys, clock, random: randomBytes })

      const { facts, documentNumber } =
        flags.facts === undefined
          ? { facts: await demoPerson(config.data, flags.person ?? 1, clock), documentNumber: undefined }
          : readFacts(flags.facts)
      const number = documentNumber ?? maker.number()
      const image = await maker.make(facts, number)
      if (flags.out === undefined) mkdirSync(chipsDirectory(config.data), { recursive: true, mode: 0o700 })
      const file = flags.out ?? join(chipsDirectory(config.data), `${number}.json`)
      writeDurably(file, encodeImage(image))
      const { cardAccessNumber } = image
      printResult(
        context,
        { file, documentNumber: number, cardAccessNumber },
        {
          ko: `${file}\n문서번호 ${number}, 카드접근번호 ${cardAccessNumber}\n등록부에 이 문서가 현재 신분증으로 있어야 발급할 수 있습니다.`,
          en: `${file}\ndocument ${number}, card access number ${cardAccessNumber}\nA card is issued with it if the register has this document as the present one.`,
        },
      )
    })
}

/** @throws {CliError} CLI_INPUT, which names no value */
function readFacts(file: string): {
  readonly facts: Omit<ChipFacts, 'documentNumber' | 'expiresOn'>
  readonly documentNumber: string | undefined
} {
  const wrong = (reason: string) =>
    new CliError({ code: 'CLI_INPUT', path: file, reason }, `${file}: ${reason}. docs/chip.md shows such a file.`)
  let parsed: z.infer<typeof Facts>
  let portrait: Uint8Array
  try {
    parsed = Facts.parse(JSON.parse(readFileSync(file, 'utf8')))
    portrait = fromBase64(parsed.portrait)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall !== undefined) throw error
    throw wrong('not JSON with what is written on a card')
  }
  const { documentNumber, ...rest } = parsed
  const person = parsePersonalNumber(parsed.personalNumber)
  if (person === undefined) throw wrong('its personal number is none')
  const { number: personalNumber, birthdate, sex } = person
  return { facts: { ...rest, personalNumber, birthdate, sex, portrait }, documentNumber }
}

/** One of the people whom a demo invents, by their order. */
async function demoPerson(data: string, ordinal: number, clock: Clock): Promise<ResidentFacts> {
  const { DEMO_SEED, fictitiousPopulation } = await import('../../residents/population/population.ts')
  const note = join(data, 'demo.json')
  const { today = koreanDate(clock()) } = (existsSync(note) ? JSON.parse(readFileSync(note, 'utf8')) : {}) as {
    readonly today?: string
  }
  const [person] = [...fictitiousPopulation({ count: ordinal, seed: DEMO_SEED, today })].slice(-1)
  return person as ResidentFacts
}

const MOST = 1000

function parseOrdinal(text: string): number {
  const ordinal = Number(text)
  if (!/^\d+$/.test(text) || ordinal < 1 || ordinal > MOST)
    throw new InvalidArgumentError(`a number from 1 to ${MOST}.`)
  return ordinal
}
