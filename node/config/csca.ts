/**
 * The country signing CAs that are known to this install: certificates in `<data>/csca`, as DER or PEM. That one is known
 * makes it trusted nowhere: the trust registry decides (docs/chip.md, Issuing). A change takes effect at the next start.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type CountrySigner, parseCountrySigner } from '../chip/document/trust.ts'
import { ChipError } from '../chip/errors.ts'
import { fromBase64 } from '../lib/base64.ts'
import { ParseError } from '../lib/parse-error.ts'
import { ConfigError } from './errors.ts'

export const cscaDirectory = (data: string): string => join(data, 'csca')

const CERTIFICATE = /\.(?:pem|crt|cer|der)$/
/** A master list has some hundreds, an authority needs a few. */
const MOST = 64
const FILE_LIMIT = 16_384

/** @throws {ConfigError} CONFIG_CSCA_UNREADABLE */
export function readCountrySigners(data: string): CountrySigner[] {
  const directory = cscaDirectory(data)
  if (!existsSync(directory)) return []
  const files = readdirSync(directory).filter(name => CERTIFICATE.test(name))
  if (files.length > MOST) throw unreadable(directory, `more than ${MOST} certificates`)
  return files.sort().map(name => signerIn(join(directory, name)))
}

function signerIn(path: string): CountrySigner {
  if (statSync(path).size > FILE_LIMIT) throw unreadable(path, `larger than ${FILE_LIMIT} bytes`)
  const bytes = readFileSync(path)
  const [, base64] =
    /-----BEGIN CERTIFICATE-----([\s\S]+?)-----END CERTIFICATE-----/.exec(bytes.toString('latin1')) ?? []
  try {
    return parseCountrySigner(base64 === undefined ? bytes : fromBase64(base64.replace(/\s/g, '')))
  } catch (error) {
    const isUnreadable = error instanceof ChipError || error instanceof ParseError
    throw isUnreadable ? unreadable(path, error.message) : error
  }
}

const unreadable = (file: string, reason: string): ConfigError =>
  new ConfigError(
    { code: 'CONFIG_CSCA_UNREADABLE', file, reason },
    `${file} cannot be used: ${reason}. Put one certificate of a country signing CA into each file, or remove the file.`,
  )
