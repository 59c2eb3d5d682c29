/** What the messages to lines say. Korean and English in one text, because nobody knows the language of the reader. */
import type { Texts } from '../../credential/card.ts'

/** @param authority its name, which the reader of a message knows */
export const codeText = (authority: Texts, txCode: string): string =>
  [
    `[${authority.ko}] 모바일 신분증 확인 번호: ${txCode}`,
    '5분 안에 앱에 넣어 주세요. 다른 사람에게 알려주지 마세요.',
    `[${authority.en}] Transaction code for your mobile ID card: ${txCode}`,
    'Enter it in the app within 5 minutes. Tell it to nobody.',
  ].join('\n')

/** True also if the new card is not kept afterwards, and the suspended one becomes valid again. */
export const endedText = (authority: Texts): string =>
  [
    `[${authority.ko}] 다른 휴대전화나 앱에 새 모바일 신분증을 발급하여, 이 번호로 받은 모바일 신분증을 정지했습니다.`,
    '본인이 신청하지 않았다면 바로 발급기관에 알려 주세요.',
    `[${authority.en}] A new mobile ID card was issued to another phone or app, so the one of this number is suspended.`,
    'If you did not apply for it, tell the authority at once.',
  ].join('\n')
