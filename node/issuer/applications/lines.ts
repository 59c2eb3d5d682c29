/** The verified line of an application for a mobile card. */
import type { ApplicationState } from '../../credential/application.ts'
import type { LineOwner } from '../../residents/lines/port.ts'
import { IssuerError } from '../errors.ts'
import type { Application } from './application.ts'

/** While there is an offer, a wallet may be getting the card. */
const STATES: readonly ApplicationState[] = ['applied', 'identity_checked', 'expired']

/** @throws {IssuerError} ISSUER_APPLICATION_STATE */
export function requireLineStep({ id, kind, state }: Application): void {
  if (kind === 'mobile' && STATES.includes(state)) return
  throw new IssuerError(
    { code: 'ISSUER_APPLICATION_STATE', application: id, state, step: 'line' },
    kind === 'mobile'
      ? `The application is ${state}. A line is verified before the offer is made.`
      : 'A plastic card has no line.',
  )
}

/**
 * @returns the tag of the line
 * @throws {IssuerError} ISSUER_LINE_NOT_OWN, ISSUER_LINE_UNKNOWN. Neither names the line or its owner.
 */
export function requireOwnLine(application: string, found: LineOwner): Uint8Array {
  switch (found.owner) {
    case 'person':
      return found.tag
    case 'another':
      throw new IssuerError(
        {
          code: 'ISSUER_LINE_NOT_OWN',
          application,
          text: {
            ko: '신청인 명의의 휴대전화 번호가 아닙니다. 본인 명의의 번호를 알려 주세요.',
            en: 'This line is not registered in your name. Please give the number of a line in your own name.',
          },
        },
        'The line is not registered in the name of the applicant. Ask for a line in their own name.',
      )
    case 'unknown':
      throw new IssuerError(
        {
          code: 'ISSUER_LINE_UNKNOWN',
          application,
          text: {
            ko: '명의를 확인할 수 없는 휴대전화 번호입니다. 번호를 다시 확인해 주세요.',
            en: 'It cannot be seen in whose name this line is registered. Please check the number.',
          },
        },
        'Nothing is known about this line. Check the number. If lines are imported, import newer ones: ' +
          '`dojang lines import FILE`.',
      )
  }
}
