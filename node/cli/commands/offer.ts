import { type Command, InvalidArgumentError, Option } from 'commander'
import { GRANTS } from '../../issuer/offers/offer.ts'
import { Application, Offer } from '../answers.ts'
import { ownWallet } from '../own-wallet.ts'
import { showQr } from '../qr.ts'
import { type InputOptions, readPersonalNumber, takesInput } from '../secret-input.ts'
import { formatTime, printResult } from '../terminal.ts'
import { type ContextOf, examples, nodeOf } from './context.ts'

interface OfferOptions extends InputOptions {
  readonly card: string
  readonly grant?: string
  readonly centre?: string
  readonly guardianConsent?: boolean
}

export function addOfferCommands(program: Command, contextOf: ContextOf): void {
  const offer = program
    .command('offer')
    .description("apply for a card for a resident, and create the one-time QR code for the resident's wallet")
    .addOption(
      new Option('--card <card>', 'which card, by its id, such as resident').argParser(cardId).makeOptionMandatory(),
    )
    .addOption(
      new Option('--grant <grant>', 'the only grant in the offer, for wallets that choose badly between both').choices(
        GRANTS,
      ),
    )
    .option('--centre <id>', 'the centre at which the applicant is, by the roll-out policy (default: any centre)')
    .option('--guardian-consent', 'you saw that a guardian consents, where the card demands it')
    .addHelpText(
      'after',
      examples(
        'dojang offer --card resident               # asks for the personal number without showing it',
        'dojang offer --card driver < number.txt',
        'dojang offer --card resident --grant pre-authorized < number.txt',
        'dojang offer --card veteran --json < number.txt | jq -r .offerUrl',
      ),
    )
  takesInput(offer, 'number').action(async (options: OfferOptions, command: Command) => {
    const { card, grant, centre, guardianConsent, ...input } = options
    const context = contextOf(command)
    const personalNumber = await readPersonalNumber(context, input)
    const offer = await nodeOf(context).post(
      '/operator/offers',
      { card, personalNumber, grant, centre, guardianConsent },
      Offer,
    )
    if (!context.json) await showQr(context.terminal.stderr, offer.offerUrl)
    const until = formatTime(offer.expiresAt)
    const page = ownWallet(context.data, offer.offerUrl)
    printResult(context, page === null ? offer : { ...offer, walletOfferUrl: page }, {
      ko: [
        `${offer.offerUrl}`,
        ...(page === null ? [] : [`${page} (이 설치의 지갑)`]),
        `확인 번호 ${offer.txCode}: 이 화면이 아닌 다른 길로 신청인에게만 알려 주십시오.`,
        `${until}까지 한 번만 쓸 수 있습니다. 신청 ${offer.applicationId}`,
      ].join('\n'),
      en: [
        `${offer.offerUrl}`,
        ...(page === null ? [] : [`${page} (the wallet of this install)`]),
        `Transaction code ${offer.txCode}: give it only to the applicant, and not on this screen.`,
        `Valid once, until ${until}. Application ${offer.applicationId}`,
      ].join('\n'),
    })
  })

  program
    .command('application')
    .description('show the state of an application and its credential')
    .argument('<id>', 'application id, as `offer` printed it')
    .addHelpText(
      'after',
      examples('dojang application 3f9c… ', 'dojang application 3f9c… --json | jq -r .credentialId'),
    )
    .action(async (id: string, _options, command: Command) => {
      const context = contextOf(command)
      const found = await nodeOf(context).get(`/operator/applications/${encodeURIComponent(id)}`, Application)
      const credential = found.credentialId ? `\ncredential ${found.credentialId}` : ''
      const line = `${found.applicationId}  ${found.card}  ${found.state}${credential}`
      printResult(context, found, { ko: line, en: line })
    })
}

/** The node knows its cards. What cannot be an id, such as a personal number in the wrong place, is not sent to it. */
function cardId(text: string): string {
  if (/^[a-z][a-z0-9-]{0,31}$/.test(text)) return text
  throw new InvalidArgumentError('a card is named by its id, such as resident.')
}
