/**
 * Reads what must not be given as an argument: a personal number, and the reason of a change of status, which may say
 * something about the person. Arguments are visible to all users of the host in the process list, and are stored in the
 * shell's history. Both are typed at a prompt, read from a pipe, or from a file.
 */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { text as textOf } from 'node:stream/consumers'
import { type Command, Option } from 'commander'
import { CARD_ACCESS_NUMBER } from '../chip/reader/desk-api.ts'
import { parsePersonalNumber } from '../residents/personal-number.ts'
import { CliError } from './errors.ts'
import type { Bilingual, Context } from './terminal.ts'

/** The options of a command that needs the input. */
export interface InputOptions {
  readonly numberFile?: string
  readonly number?: string
  readonly reasonFile?: string
  readonly reason?: string
  readonly accessNumberFile?: string
  readonly accessNumber?: string
}

/** Adds the options for a personal number or a reason. The option of earlier versions is refused with a hint. */
export const takesInput = (command: Command, name: 'number' | 'reason'): Command =>
  command
    .option(
      `--${name}-file <file>`,
      `read the ${LABELS[name].en} from this file (default: a prompt, or standard input)`,
    )
    .addOption(new Option(`--${name} <text>`).hideHelp())

const LABELS = {
  number: { ko: '주민등록번호', en: 'personal number' },
  reason: { ko: '사유', en: 'reason' },
  accessNumber: { ko: '카드접근번호 6자리', en: 'card access number, six digits' },
} as const satisfies Record<string, Bilingual>

/** @throws {CliError} CLI_INPUT when no personal number was given; CLI_USAGE for `--number` */
export async function readPersonalNumber(context: Context, options: InputOptions): Promise<string> {
  const { text, from } = await read(context, 'number', options)
  const number = parsePersonalNumber(text.split('\n', 1)[0]?.trim() ?? '')?.number
  if (number !== undefined) return number
  // The message does not repeat the input, which may be somebody's number with a typing error.
  const reason = text.trim() === '' ? 'nothing' : 'not a personal number'
  const what =
    reason === 'nothing'
      ? 'No personal number was given. Nothing was done.'
      : 'The input is not a personal number. A personal number is a date (YYMMDD), a hyphen and 7 digits.'
  throw new CliError(
    { code: 'CLI_INPUT', path: from, reason },
    `${what} Type it at the prompt, or pipe it in: dojang … < number.txt`,
  )
}

/** @throws {CliError} CLI_INPUT when no reason was given; CLI_USAGE for `--reason` */
export async function readReason(context: Context, options: InputOptions): Promise<string> {
  const { text, from } = await read(context, 'reason', options)
  const reason = text.trim()
  if (reason !== '' && reason.length <= 1000) return reason
  throw new CliError(
    { code: 'CLI_INPUT', path: from, reason: reason === '' ? 'nothing' : 'too long' },
    `${reason === '' ? 'No reason was given.' : 'The reason is longer than 1,000 characters.'} Nothing was done. ` +
      "Type it at the prompt, or pipe it in: echo 'phone lost' | dojang …",
  )
}

/** @throws {CliError} CLI_INPUT unless six digits were given */
export async function readAccessNumber(context: Context, file?: string): Promise<string> {
  const given = file === undefined ? {} : { accessNumberFile: file }
  const { text, from } = await read(context, 'accessNumber', given)
  const number = text.split('\n', 1)[0]?.trim() ?? ''
  if (CARD_ACCESS_NUMBER.test(number)) return number
  throw new CliError(
    { code: 'CLI_INPUT', path: from, reason: 'not a card access number' },
    'The input is not a card access number: the six digits printed on the card. Type it at the prompt, or pipe it in.',
  )
}

/**
 * Asks for a word before an act that nobody can undo. Without a terminal the command needs `--yes`.
 * @throws {CliError} CLI_USAGE if the act was not confirmed
 */
export async function confirm(context: Context, word: string, question: Bilingual, yes: boolean): Promise<void> {
  if (yes) return
  if (context.terminal.stdin.isTTY !== true) {
    throw new CliError(
      { code: 'CLI_USAGE' },
      'This cannot be undone. Without a terminal, confirm it with --yes. Nothing was done.',
    )
  }
  const answer = await ask(context, question[context.language], true)
  if (answer.trim() !== word)
    throw new CliError({ code: 'CLI_USAGE' }, `The answer was not "${word}". Nothing was done.`)
}

async function read(
  context: Context,
  name: keyof typeof LABELS,
  options: InputOptions,
): Promise<{ readonly text: string; readonly from: string }> {
  if (options[name] !== undefined) {
    throw new CliError(
      { code: 'CLI_USAGE' },
      `--${name} is not accepted: other users of this host would see it in the process list. Nothing was done. ` +
        `Type the ${LABELS[name].en} at the prompt, pipe it in, or use --${name}-file FILE.`,
    )
  }
  const file = options[`${name}File`]
  if (file !== undefined) return { text: readFileSync(file, 'utf8'), from: file }
  const { stdin } = context.terminal
  if (stdin.isTTY !== true) return { text: await textOf(stdin), from: 'standard input' }
  const label = LABELS[name][context.language]
  const hidden = context.language === 'ko' ? ' (화면에 표시되지 않음)' : ' (not shown)'
  return {
    text: await ask(context, `${label}${name === 'number' ? hidden : ''}: `, name !== 'number'),
    from: 'the prompt',
  }
}

/** @param echo whether the terminal shows what is typed */
async function ask(context: Context, question: string, echo: boolean): Promise<string> {
  const { stdin, stderr } = context.terminal
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: stdin, output: echo ? stderr : silent, terminal: true })
  stderr.write(question)
  try {
    return await new Promise<string>(resolve => {
      lines.once('line', resolve)
      lines.once('close', () => resolve(''))
      lines.once('SIGINT', () => lines.close())
    })
  } finally {
    lines.close()
    stderr.write('\n')
  }
}
