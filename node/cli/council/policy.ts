/** Reads a request policy from a file, so that an officer sees in words what the hash in a grant means. */
import { readFileSync, statSync } from 'node:fs'
import { Option } from 'commander'
import { fromUtf8 } from '../../lib/bytes.ts'
import { ParseError } from '../../lib/parse-error.ts'
import { POLICY_LIMIT, parsePolicy, policyPurpose, type RequestPolicy } from '../../verifier/asker/policy.ts'
import { CliError } from '../errors.ts'
import { aligned } from '../table.ts'
import { type Bilingual, type Context, type Language, say } from '../terminal.ts'

export interface ReadPolicy {
  readonly policy: RequestPolicy
  /** `request:<hash>` */
  readonly purpose: string
  readonly shown: Bilingual
}

export const policyOption = () =>
  new Option(
    '--policy <file>',
    'for grant and withdraw: a request policy, from which purpose=request:<hash> is computed',
  )

/** Adds the purpose of the policy to the arguments of an act, and shows the policy. */
export function withPurpose(context: Context, words: readonly string[], policy: string | undefined): readonly string[] {
  if (policy === undefined) return words
  const { purpose, shown } = readPolicy(policy)
  say(context, shown)
  return [...words, `purpose=${purpose}`]
}

/**
 * The exact bytes of the file count, also a line break at its end.
 * @throws {CliError} CLI_INPUT; the system's error if the file cannot be read
 */
export function readPolicy(path: string): ReadPolicy {
  const stat = statSync(path)
  // UTF-8 has at most three bytes for a UTF-16 unit.
  if (!stat.isFile() || stat.size > 3 * POLICY_LIMIT) throw unusable(path, 'it is no file, or too large')
  try {
    const text = fromUtf8(readFileSync(path))
    const policy = parsePolicy(text)
    return { policy, purpose: policyPurpose(text), shown: { ko: inWords(policy, 'ko'), en: inWords(policy, 'en') } }
  } catch (error) {
    if (error instanceof ParseError) throw unusable(path, error.message)
    throw error
  }
}

function unusable(path: string, reason: string): CliError {
  const message = `${path} is no request policy: ${reason}. docs/relying-parties.md describes its members.`
  return new CliError({ code: 'CLI_INPUT', path, reason }, message)
}

function inWords({ name, purposes, claims }: RequestPolicy, language: Language): string {
  const table = aligned(claims.map(({ vct, paths }) => [vct, paths.map(path => path.join('/')).join(', ')]))
  return [`${name.ko} · ${name.en}`, ...purposes.map(each => `- ${each[language]}`), '', ...table].join('\n')
}
