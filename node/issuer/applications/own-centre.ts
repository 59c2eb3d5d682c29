import { IssuerError } from '../errors.ts'
import type { Place } from '../rollout/may-apply.ts'
import type { Application } from './application.ts'

/**
 * An application is continued where it was taken: otherwise a clerk of a centre at which the roll-out has begun could take it
 * for an applicant at a centre at which it has not. The command line, and operators without a centre, are at no counter.
 * @throws {IssuerError} ISSUER_OTHER_CENTRE
 */
export function requireOwnCentre({ centre }: Application, place: Place): void {
  if (place === 'any-centre' || place.centre === null || centre === null || place.centre === centre) return
  const say = {
    ko: '이 신청은 다른 센터에서 받았습니다. 그 센터에서 계속하거나, 여기에서 새로 신청해 주세요.',
    en: 'This application was taken at another centre. Continue it there, or make a new one here.',
  }
  throw new IssuerError({ code: 'ISSUER_OTHER_CENTRE', from: null, say }, `${say.en} ${say.ko}`)
}
