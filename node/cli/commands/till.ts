/** `dojang till`: devices that ask for cards with keys of their own. */
import { type Command, Option } from 'commander'
import { TillAdmitted, TillAnswer, TillList } from '../answers.ts'
import { type CertifyOptions, certifyTill, parseDays } from '../certify-till.ts'
import { readInstall } from '../install.ts'
import { showQr } from '../qr.ts'
import { formatTime, printResult, say } from '../terminal.ts'
import { type ContextOf, examples, nodeOf } from './context.ts'

export function addTills(program: Command, contextOf: ContextOf): void {
  const till = program
    .command('till')
    .description('devices that ask for cards with keys of their own: docs/relying-parties.md')
    .addHelpText('after', examples("dojang till admit --name '창구 3'", 'dojang till list'))

  till
    .command('admit')
    .description('print a one-time link, which makes the device that opens it a till')
    .requiredOption('--name <name>', 'where the till stands')
    .addHelpText('after', examples("dojang till admit --name '창구 3'", "dojang till admit --name 'Desk 3' --json"))
    .action(async ({ name }: { readonly name: string }, command: Command) => {
      const context = contextOf(command)
      const { publicUrl } = readInstall(context.data)
      const admitted = await nodeOf(context).post('/operator/tills', { name }, TillAdmitted)
      // In the fragment, which no server sees and no log contains.
      const link = `${publicUrl}/check/device#${admitted.code}`
      await showQr(context.terminal.stderr, link)
      printResult(context, { ...admitted, link }, { ko: link, en: link })
      const until = formatTime(admitted.expiresAt)
      say(context, {
        ko: `단말에서 이 주소를 여십시오. ${until}까지 한 번만 쓸 수 있습니다.`,
        en: `Open this on the till. It can be used once, until ${until}.`,
      })
    })

  till
    .command('certify')
    .description("for another relying party: certify a till's key with the registered key, without a node")
    .requiredOption('--key <file>', 'the registered private key (PEM, P-256); it is not sent anywhere')
    .requiredOption('--certificate <file>', 'the certificate of the registered key (PEM)')
    .requiredOption('--jwk <file>', "the till's public key (JWK)")
    .requiredOption('--name <name>', 'where the till stands')
    .addOption(new Option('--days <number>', 'the term, from now').argParser(parseDays).default(7))
    .addHelpText(
      'after',
      examples("dojang till certify --key shop.pem --certificate shop.crt --jwk till.jwk --name '계산대 3' > till.x5c"),
    )
    .action(async (options: CertifyOptions, command: Command) => {
      const context = contextOf(command)
      const x5c = await certifyTill(options, context.clock())
      const text = JSON.stringify(x5c)
      printResult(context, { x5c }, { ko: text, en: text })
    })

  till
    .command('list')
    .description('all tills, with their ids and the ends of their certificates')
    .addHelpText('after', examples('dojang till list', 'dojang till list --json'))
    .action(async (_options: unknown, command: Command) => {
      const context = contextOf(command)
      const found = await nodeOf(context).get('/operator/tills', TillList)
      const line = (waiting: string, ended: string) =>
        found.tills.map(({ id, name, certifiedUntil, endedAt }) => {
          const state = endedAt !== null ? ended : certifiedUntil === null ? waiting : formatTime(certifiedUntil)
          return [id, state, name].join('  ')
        })
      printResult(context, found, {
        ko: line('코드 사용 전', '종료').join('\n') || '등록된 단말이 없습니다.',
        en: line('code not used', 'ended').join('\n') || 'No till is admitted.',
      })
    })

  till
    .command('end')
    .description('end a till: it gets no certificate any more, and its last one counts until its end')
    .argument('<id>', 'from `till list`')
    .addHelpText('after', examples('dojang till end 3q2-7wABAgMEBQYHCAkKCw'))
    .action(async (id: string, _options: unknown, command: Command) => {
      const context = contextOf(command)
      const path = `/operator/tills/${encodeURIComponent(id)}/end`
      const ended = await nodeOf(context).post(path, {}, TillAnswer)
      const { name, certifiedUntil } = ended.till
      const until = certifiedUntil === null ? null : formatTime(certifiedUntil)
      printResult(context, ended, {
        ko:
          until === null ? `${name}: 종료했습니다.` : `${name}: 종료했습니다. 마지막 인증서는 ${until}까지 유효합니다.`,
        en: until === null ? `${name} is ended.` : `${name} is ended. Its last certificate counts until ${until}.`,
      })
    })
}
