/** What a clerk says to an applicant whom the roll-out policy refuses. */
import type { Channel } from '../../credential/card.ts'
import { unreachable } from '../../lib/errors.ts'
import type { Decision, Where } from './may-apply.ts'

export interface Sentence {
  readonly ko: string
  readonly en: string
}

type Refused = Extract<Decision, { readonly allowed: false }>

/** Municipalities that are said in full. More would be no answer at a counter. */
const NAMED = 3

/** The place alone, in Korean: null if none is known. */
export const placeName = (where: Where | null): string | null =>
  where === null
    ? null
    : where.kind === 'municipalities'
      ? where.names.map(({ ko }) => ko).join(', ')
      : placeText(where).ko

export function rolloutSentence({ code, where, from }: Refused): Sentence {
  if (where === null) {
    return {
      ko: '이 신청을 받는 날짜가 아직 정해지지 않았습니다.',
      en: 'No date has been set yet for this application.',
    }
  }
  const place = placeText(where)
  if (from !== null) {
    return {
      ko: `${dayKo(from)}부터 ${place.ko} 신청하실 수 있습니다.`,
      en: `You can apply ${place.en} from ${dayEn(from)}.`,
    }
  }
  switch (code) {
    case 'ISSUER_OTHER_CENTRE':
      return {
        ko: `이 창구에서는 신청하실 수 없습니다. 지금 ${place.ko} 신청하실 수 있습니다.`,
        en: `You cannot apply at this counter. You can apply ${place.en} now.`,
      }
    case 'ISSUER_NOT_YET':
      return { ko: `${place.ko} 신청하실 수 있습니다.`, en: `You can apply ${place.en}.` }
  }
}

function placeText(where: Where): Sentence {
  switch (where.kind) {
    case 'any-centre':
      return { ko: '전국 어느 주민센터에서나', en: 'at any community centre in the country' }
    case 'channel':
      return CHANNEL[where.channel]
    case 'municipalities': {
      const names = where.names.slice(0, NAMED)
      const more = where.names.length - names.length
      const ko = names.map(name => name.ko).join(', ')
      const en = names.map(name => name.en).join(', ')
      return more > 0
        ? {
            ko: `${ko} 등 ${where.names.length}개 시·군·구의 주민센터에서`,
            en: `at a community centre in ${en} and ${more} more municipalities`,
          }
        : { ko: `${ko}의 주민센터에서`, en: `at a community centre in ${en}` }
    }
    default:
      return unreachable(where)
  }
}

const CHANNEL: Readonly<Record<Channel, Sentence>> = {
  counter: { ko: '주민센터에서', en: 'at a community centre' },
  online: { ko: '온라인으로', en: 'online' },
  chip: { ko: 'IC 주민등록증으로', en: 'with the chip of an IC card' },
}

const partsOf = (day: string) => day.split('-').map(Number) as [number, number, number]

function dayKo(day: string): string {
  const [year, month, date] = partsOf(day)
  return `${year}년 ${month}월 ${date}일`
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ')

function dayEn(day: string): string {
  const [year, month, date] = partsOf(day)
  return `${date} ${MONTHS[month - 1]} ${year}`
}
