import type { Texts } from '../../credential/card.ts'
import { DojangError } from '../../lib/errors.ts'

/** Why a sign-in or an act of the online application is refused. No fact is a claim of a person. */
export type OnlineFailure =
  /** The identity provider cannot be reached, or fails. */
  | { readonly code: 'ONLINE_PROVIDER_UNREACHABLE'; readonly reason: string }
  /** The answer of the identity provider does not prove a sign-in. `check` names what failed, such as `nonce`. */
  | { readonly code: 'ONLINE_ANSWER_INVALID'; readonly check: string }
  /** The provider answered with an error of RFC 6749 or OpenID Connect, such as `access_denied`. */
  | { readonly code: 'ONLINE_SIGN_IN_DENIED'; readonly error: string }
  /** The provider did not authenticate the person at an accepted level of assurance. */
  | { readonly code: 'ONLINE_ASSURANCE_TOO_LOW' }
  /** The sign-in is unknown, expired, was used, or began in another browser. */
  | { readonly code: 'ONLINE_SIGN_IN_ENDED' }
  /** The provider did not state the claim that names the person, or the register has no such person. */
  | { readonly code: 'ONLINE_PERSON_UNKNOWN' }
  /** Name or birthdate of the account are not those of the person that it names. */
  | { readonly code: 'ONLINE_PERSON_DIFFERS'; readonly claim: string }
  /** Somebody else than the applicant signed in. */
  | { readonly code: 'ONLINE_OTHER_PERSON' }
  /** Whoever signed in is not registered as a guardian of the applicant. */
  | { readonly code: 'ONLINE_NOT_GUARDIAN' }
  /** The guardian's code is unknown or expired, or the application no longer waits for a consent. */
  | { readonly code: 'ONLINE_CONSENT_ENDED' }
  /** A guardian has to consent, and the register names none. */
  | { readonly code: 'ONLINE_NO_GUARDIAN' }
  /** An online application does not return to this address: it belongs to no wallet that is known here. */
  | { readonly code: 'ONLINE_WALLET_UNKNOWN' }
  /** The client secret cannot be used. */
  | { readonly code: 'ONLINE_SECRET_FILE'; readonly path: string; readonly reason: string }

export class OnlineError extends DojangError<OnlineFailure> {
  override name = 'OnlineError'

  constructor(detail: OnlineFailure, options?: { cause?: unknown }) {
    super(detail, sentence(detail).en, options)
  }

  /** For the person at the page. */
  get text(): Texts {
    return sentence(this.detail)
  }
}

function sentence(detail: OnlineFailure): Texts {
  switch (detail.code) {
    case 'ONLINE_PROVIDER_UNREACHABLE':
      return {
        ko: '본인 확인 서비스에 연결할 수 없습니다. 신청 내용은 그대로입니다. 잠시 후 다시 시도해 주십시오.',
        en: 'The identity provider cannot be reached. Nothing is lost. Try again in a moment.',
      }
    case 'ONLINE_ANSWER_INVALID':
      return {
        ko: '본인 확인 결과를 확인할 수 없어 진행하지 않았습니다. 처음부터 다시 로그인해 주십시오.',
        en: 'The answer of the identity provider could not be verified, so nothing was done. Sign in again.',
      }
    case 'ONLINE_SIGN_IN_DENIED':
      return {
        ko: '본인 확인이 취소되었거나 거부되었습니다. 다시 로그인할 수 있습니다.',
        en: 'The sign-in was cancelled or denied. You can sign in again.',
      }
    case 'ONLINE_ASSURANCE_TOO_LOW':
      return {
        ko: '이 신청에는 더 높은 수준의 본인 인증이 필요합니다. 인증서 등 더 강한 방법으로 다시 로그인해 주십시오.',
        en: 'This application needs a stronger sign-in. Sign in again by a stronger means, such as a certificate.',
      }
    case 'ONLINE_SIGN_IN_ENDED':
      return {
        ko: '로그인이 만료되었거나 다른 브라우저에서 시작되었습니다. 처음부터 다시 시작해 주십시오.',
        en: 'The sign-in has ended, or it began in another browser. Start again.',
      }
    case 'ONLINE_PERSON_UNKNOWN':
      return {
        ko: '이 계정의 주민 정보를 찾을 수 없습니다. 신분증을 가지고 가까운 창구를 방문해 주십시오.',
        en: 'The register has no resident for this account. Visit a counter with an identity document.',
      }
    case 'ONLINE_PERSON_DIFFERS':
      return {
        ko: '계정의 정보가 주민 정보와 다릅니다. 신분증을 가지고 가까운 창구를 방문해 주십시오.',
        en: 'The account does not agree with the register. Visit a counter with an identity document.',
      }
    case 'ONLINE_OTHER_PERSON':
      return {
        ko: '신청한 사람이 아닌 다른 사람이 로그인했습니다. 신청한 본인이 로그인해 주십시오.',
        en: 'Somebody else than the applicant signed in. The applicant has to sign in.',
      }
    case 'ONLINE_NOT_GUARDIAN':
      return {
        ko: '이 신청인의 법정대리인으로 등록되어 있지 않아 동의할 수 없습니다.',
        en: 'You are not registered as a guardian of this applicant, so you cannot consent.',
      }
    case 'ONLINE_CONSENT_ENDED':
      return {
        ko: '동의 코드가 만료되었거나 이미 처리되었습니다. 신청인에게 새 코드를 받아 주십시오.',
        en: 'The code has ended, or the consent was decided. Ask the applicant for a new code.',
      }
    case 'ONLINE_NO_GUARDIAN':
      return {
        ko: '법정대리인의 동의가 필요하지만 등록된 법정대리인이 없습니다. 법정대리인과 함께 창구를 방문해 주십시오.',
        en: 'A guardian has to consent, and the register names none. Visit a counter together with your guardian.',
      }
    case 'ONLINE_WALLET_UNKNOWN':
      return {
        ko: '등록되지 않은 지갑 사이트입니다. 이 발급기관의 지갑이나 지갑 앱에서 신청해 주십시오.',
        en: 'The address of this wallet is not known here. Apply from this authority’s wallet or from a wallet app.',
      }
    case 'ONLINE_SECRET_FILE':
      return {
        ko: '온라인 신청의 비밀 파일을 사용할 수 없습니다.',
        en: `${detail.path} cannot be used for onlineApplication: ${detail.reason}. Check its path and permissions (chmod 600).`,
      }
  }
}
