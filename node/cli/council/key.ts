/** The key of an officer, from a file of its own: it never leaves this process, and no node needs to hold it. */
import { readFileSync } from 'node:fs'
import { Wallet } from 'ethers'
import { CliError } from '../errors.ts'
import type { Terminal } from '../terminal.ts'

/**
 * A private key in hex, or an encrypted key file (Web3 secret storage) with its passphrase in
 * `DOJANG_KEY_PASSPHRASE`.
 * @throws {CliError} CLI_INPUT
 */
export async function openKey(path: string, env: Terminal['env']): Promise<Wallet> {
  let text: string
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const why = code === 'EACCES' ? 'is not readable by you' : 'cannot be read'
    throw unusable(path, why, cause)
  }
  if (/^(0x)?[0-9a-fA-F]{64}$/.test(text)) {
    try {
      return new Wallet(text.startsWith('0x') ? text : `0x${text}`)
    } catch {
      // The cause would repeat the key.
      throw unusable(path, 'holds a number that is no key')
    }
  }
  const passphrase = env.DOJANG_KEY_PASSPHRASE
  if (!text.startsWith('{')) throw unusable(path, 'holds neither a key in hex nor an encrypted key file')
  if (!passphrase) throw unusable(path, 'is encrypted: put its passphrase into DOJANG_KEY_PASSPHRASE')
  try {
    const opened = await Wallet.fromEncryptedJson(text, passphrase)
    return new Wallet(opened.privateKey)
  } catch {
    throw unusable(path, 'does not open with this passphrase')
  }
}

const unusable = (path: string, why: string, cause?: unknown): CliError =>
  new CliError(
    { code: 'CLI_INPUT', path, reason: why },
    `The key file ${path} ${why}. Name the file of the officer who acts with --key FILE.`,
    { cause },
  )
