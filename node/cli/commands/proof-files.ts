/** Options and files that the commands with proofs share: the trusted profile, input files, times. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import type { UnixSeconds } from '../../lib/time.ts'
import { type LedgerProfile, openProfile, verifyProfile } from '../../proof/profile.ts'
import { CliError } from '../errors.ts'
import { fileFailure } from '../file-failure.ts'
import { type Context, say } from '../terminal.ts'

export interface ProfileOptions {
  readonly profile?: string
  readonly pin?: string
}

export const profileOption = () =>
  new Option('--profile <file>', "the ledger profile to trust (default: this data directory's ledger.json)")
export const pinOption = () =>
  new Option('--pin <thumbprint>', "thumbprint of the profile's signing key, from another source than the profile")

/** @throws {CliError} CLI_INPUT; {ProofError} PROOF_PROFILE_INVALID */
export function readProfile(context: Context, { profile, pin }: ProfileOptions): LedgerProfile {
  const usual = join(context.data, 'ledger.json')
  if (profile === undefined && !existsSync(usual)) {
    throw new CliError(
      { code: 'CLI_INPUT', path: usual, reason: 'there is no such file' },
      `There is no ledger profile in ${context.data}. Name one with --profile FILE, or a node's data directory with --data DIR.`,
    )
  }
  const text = readText(profile ?? usual).trim()
  if (pin !== undefined) return verifyProfile(text, pin)
  const opened = openProfile(text)
  // The profile of the own install is trusted. For another file the user must compare the key.
  if (profile !== undefined) {
    say(context, {
      ko: `프로필 서명 키: ${opened.signer} (다른 경로로 확인하고 --pin 으로 지정하십시오)`,
      en: `profile signed by ${opened.signer}: compare this thumbprint with another source, then give it with --pin`,
    })
  }
  return opened.profile
}

/** @throws {CliError} CLI_INPUT */
export function readText(path: string): string {
  return reading(path, () => readFileSync(path === '-' ? 0 : path, 'utf8'))
}

/** @throws {CliError} CLI_INPUT */
export function readBytes(path: string): Uint8Array {
  return reading(path, () => new Uint8Array(readFileSync(path)))
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw fileFailure(error, path)
  }
}

/** Seconds since 1970, or a date and time in ISO 8601. */
export function parseTime(text: string): UnixSeconds {
  const seconds = /^\d{1,11}$/.test(text) ? Number(text) : Math.floor(Date.parse(text) / 1000)
  if (!Number.isSafeInteger(seconds)) {
    throw new InvalidArgumentError('a time is a number of seconds since 1970, or like 2026-05-01T09:00:00+09:00.')
  }
  return seconds
}
