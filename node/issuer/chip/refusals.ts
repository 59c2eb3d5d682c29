/** Why the way to a card by chip goes no further. */
import { IssuerError } from '../errors.ts'
import type { ChipSession } from './session.ts'

export const unknownSession = (): IssuerError =>
  new IssuerError(
    { code: 'ISSUER_CHIP_SESSION_UNKNOWN' },
    'There is no such session, or it is over. Begin again in the wallet.',
  )

export const wrongStep = (step: ChipSession['step']): IssuerError =>
  new IssuerError(
    { code: 'ISSUER_CHIP_SESSION_STEP', step },
    step === 'document'
      ? 'The session waits for the document of the chip. Read the card first.'
      : 'The document of this session was read already, or the session is over. Begin again in the wallet.',
  )

/** The same for an unknown person, another document and a lost one: whoever found a card learns nothing. */
export const notPresent = (): IssuerError =>
  new IssuerError(
    { code: 'ISSUER_CHIP_NOT_PRESENT' },
    'The register does not have this card as the present one of its holder. Go to a community centre with it.',
  )

export const toCounter = (): IssuerError =>
  new IssuerError(
    { code: 'ISSUER_CHIP_TO_COUNTER' },
    'The face was not recognised three times. Go to a community centre, where a clerk checks the identity.',
  )

export const notMatched = (left: number): IssuerError =>
  new IssuerError(
    { code: 'ISSUER_FACE_NOT_MATCHED', left },
    'The face was not recognised as the one of the card. Look into the camera again, in better light.',
  )
