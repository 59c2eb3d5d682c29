import type { Readable, Writable } from 'node:stream'
import type { Clock } from '../lib/time.ts'
import { printableJson, printableLines } from './printable.ts'

/** The streams that a command uses. They are parameters, so that tests can replace them. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  /** Only results: text, or one JSON document with `--json`. */
  readonly stdout: Writable
  /** Progress, questions, QR codes and errors. */
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly env: Readonly<Record<string, string | undefined>>
}

export type Language = 'ko' | 'en'

/** The resolved global options, which every command receives. */
export interface Context {
  readonly terminal: Terminal
  readonly clock: Clock
  readonly data: string
  readonly json: boolean
  readonly language: Language
}

/** A text in both languages of the CLI. */
export interface Bilingual {
  readonly ko: string
  readonly en: string
}

export function languageOf(env: Terminal['env']): Language {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return locale.toLowerCase().startsWith('ko') ? 'ko' : 'en'
}

/** Prints the command's result: `value` with `--json`, otherwise `text`. */
export function printResult({ terminal, json, language }: Context, value: unknown, text: Bilingual): void {
  terminal.stdout.write(`${json ? printableJson(value) : printableLines(text[language])}\n`)
}

export function say({ terminal, language }: Context, text: Bilingual): void {
  terminal.stderr.write(`${printableLines(text[language])}\n`)
}

/** Local time to the second, with its offset from UTC. */
export function formatTime(seconds: number): string {
  const date = new Date(seconds * 1000)
  const offset = -date.getTimezoneOffset()
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0')
  const shifted = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19).replace('T', ' ')
  return `${shifted} ${offset < 0 ? '-' : '+'}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`
}

export function formatAge(seconds: number): Bilingual {
  const age = Math.max(0, Math.round(seconds))
  if (age < 120) return { ko: `${age}초`, en: `${age} s` }
  if (age < 7200) return { ko: `${Math.round(age / 60)}분`, en: `${Math.round(age / 60)} min` }
  return { ko: `${Math.round(age / 3600)}시간`, en: `${Math.round(age / 3600)} h` }
}
