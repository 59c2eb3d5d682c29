/** Opens an officer's key from a file. The key never leaves this process, and no node needs it. */
import { readFileSync } from 'node:fs'
import { Wallet } from 'ethers'
import { isExposed } from '../../keys/files.ts'
import { shellWord } from '../../lib/shell-word.ts'
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
    if (isExposed(path)) throw exposed(path)
    text = readFileSync(path, 'utf8').trim()
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    const { code } = cause as NodeJS.ErrnoException
    const why = code === 'EACCES' ? 'cannot be read with your permissions' : 'cannot be read'
    throw unusable(path, why, cause)
  }
  if (/^(0x)?[0-9a-fA-F]{64}$/.test(text)) {
    try {
      return new Wallet(text.startsWith('0x') ? text : `0x${text}`)
    } catch {
      // Without the cause, which would contain the key.
      throw unusable(path, 'contains a number that is not a valid key')
    }
  }
  const passphrase = env.DOJANG_KEY_PASSPHRASE
  if (!text.startsWith('{')) throw unusable(path, 'contains neither a key in hex nor an encrypted key')
  if (!passphrase) throw unusable(path, 'is encrypted: put its passphrase into DOJANG_KEY_PASSPHRASE')
  try {
    const opened = await Wallet.fromEncryptedJson(text, passphrase)
    return new Wallet(opened.privateKey)
  } catch {
    throw unusable(path, 'cannot be decrypted with this passphrase')
  }
}

const exposed = (path: string): CliError =>
  new CliError(
    { code: 'CLI_INPUT', path, reason: 'exposed' },
    `Other users of this host may read or change the key file ${path}. Nothing was signed. If nobody can have used it, ` +
      `run: chmod 600 ${shellWord(path)}. Otherwise replace the key.`,
  )

const unusable = (path: string, why: string, cause?: unknown): CliError =>
  new CliError(
    { code: 'CLI_INPUT', path, reason: why },
    `The key file ${path} ${why}. Name the officer's key file with --key FILE.`,
    { cause },
  )
