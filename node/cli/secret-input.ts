/**
 * A personal number given as an argument stays in the shell's history and shows in the process list. So it is asked
 * for without echo, or read from a pipe.
 */
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { parsePersonalNumber } from '../residents/personal-number.ts'
import { CliError } from './errors.ts'
import type { Context } from './terminal.ts'

/** @throws {CliError} CLI_INPUT when no personal number was given */
export async function readPersonalNumber(context: Context, given: string | undefined): Promise<string> {
  const { stdin } = context.terminal
  const text = given ?? (stdin.isTTY ? await ask(context) : await firstLine(stdin))
  const number = parsePersonalNumber(text.trim())?.number
  if (number !== undefined) return number
  // The value itself is not repeated: it may be somebody's number with a slip of the finger.
  const path = given === undefined ? 'standard input' : '--number'
  if (text.trim() === '') {
    throw new CliError(
      { code: 'CLI_INPUT', path, reason: 'nothing' },
      'No personal number was given, and nothing was done. Type it when asked, or pipe it in: dojang … < number.txt',
    )
  }
  throw new CliError(
    { code: 'CLI_INPUT', path, reason: 'not a personal number' },
    'That is not a personal number: it is a date (YYMMDD), a hyphen and 7 digits. ' +
      'Type it when asked, or pipe it in: dojang … < number.txt',
  )
}

async function ask(context: Context): Promise<string> {
  const { stdin, stderr } = context.terminal
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: stdin, output: silent, terminal: true })
  stderr.write(context.language === 'ko' ? '주민등록번호 (화면에 표시되지 않음): ' : 'Personal number (not shown): ')
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

async function firstLine(stdin: Context['terminal']['stdin']): Promise<string> {
  const lines = createInterface({ input: stdin, crlfDelay: Number.POSITIVE_INFINITY })
  try {
    for await (const line of lines) return line
    return ''
  } finally {
    lines.close()
  }
}
