/** The cards of an install: the project's own, and the files in `<data>/cards`. A change takes effect at the next start. */
import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CARD_FILE_LIMIT, type CardFile, invalidCard, parseCardFile } from '../credential/card-file.ts'
import { ownCardFiles } from '../credential/cards/own.ts'
import { Cards } from '../credential/cards.ts'
import { jsonFilesIn } from './json-files.ts'

export const cardsDirectory = (data: string): string => join(data, 'cards')

/**
 * The project's cards come first, so a file of the install cannot replace one of them.
 * @throws {CredentialError} CREDENTIAL_CARD_INVALID, CREDENTIAL_CARD_REPEATED
 */
export const readCards = (data: string): Cards => new Cards([...ownCardFiles, ...installCardFiles(data)])

/**
 * The install's cards with one more file.
 * @throws {CredentialError} CREDENTIAL_CARD_INVALID, CREDENTIAL_CARD_REPEATED
 */
export function withCardFile(data: string, path: string): { readonly added: CardFile; readonly cards: Cards } {
  const added = readCardFile(path)
  const others = installCardFiles(data).filter(({ file }) => resolve(file) !== resolve(path))
  return { added, cards: new Cards([...ownCardFiles, ...others, added]) }
}

const installCardFiles = (data: string): readonly CardFile[] => jsonFilesIn(cardsDirectory(data)).map(readCardFile)

/** @throws {CredentialError} CREDENTIAL_CARD_INVALID; the system's error if the file cannot be read */
export function readCardFile(path: string): CardFile {
  // Before the file is read: it may be anything.
  const stat = statSync(path)
  if (!stat.isFile()) throw invalidCard(path, '', 'this is not a file')
  if (stat.size > CARD_FILE_LIMIT) throw invalidCard(path, '', `the file is larger than ${CARD_FILE_LIMIT} bytes`)
  return parseCardFile(new TextDecoder('utf-8').decode(readFileSync(path)), path)
}
