/**
 * Reads a personal number without echo, or from a pipe. A personal number given as an argument would be stored in the
 * shell's history and be visible in the process list.
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
  // The message does not repeat the input, which may be somebody's number with a typing error.
  const path = given === undefined ? 'standard input' : '--number'
  if (text.trim() === '') {
    throw new CliError(
      { code: 'CLI_INPUT', path, reason: 'nothing' },
      'No personal number was given. Nothing was done. Type it at the prompt, or pipe it in: dojang … < number.txt',
    )
  }
  throw new CliError(
    { code: 'CLI_INPUT', path, reason: 'not a personal number' },
    'The input is not a personal number. A personal number is a date (YYMMDD), a hyphen and 7 digits. ' +
      'Type it at the prompt, or pipe it in: dojang … < number.txt',
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
