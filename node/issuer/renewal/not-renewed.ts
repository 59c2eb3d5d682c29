import { IssuerError } from '../errors.ts'
import type { RenewalRefusal } from './refusal.ts'

const SENTENCES: Readonly<Record<RenewalRefusal, string>> = {
  not_due: 'The card is neither outdated nor about to expire. Renew it when the wallet says that it is due.',
  counter: 'This card is renewed at the counter. Go there with an identity card.',
  suspended: 'The card is suspended, so it is not renewed. Have it unlocked first.',
  replacing: 'Another card of this holder is being issued or undone. Try again in a few seconds.',
  unattested: 'A provider attested the wallet of the present card. Attest the key of the next card, too.',
  ended: 'The card has expired or was revoked. Apply for a new one.',
}

export const notRenewed = (application: string, reason: RenewalRefusal): IssuerError =>
  new IssuerError({ code: 'ISSUER_NOT_RENEWED', application, reason }, SENTENCES[reason])
