import type { Command } from 'commander'
import { Credential, CredentialList, StatusChange } from '../answers.ts'
import { type InputOptions, readPersonalNumber, readReason, takesInput } from '../secret-input.ts'
import { type Bilingual, formatTime, printResult } from '../terminal.ts'
import { type ContextOf, examples, nodeOf } from './context.ts'
import { addBulkOptions, type BulkFlags, reinstateList } from './reinstate-list.ts'

const STATUS: Readonly<Record<Credential['status'], Bilingual>> = {
  VALID: { ko: '유효', en: 'VALID' },
  SUSPENDED: { ko: '효력 정지', en: 'SUSPENDED' },
  INVALID: { ko: '폐기', en: 'REVOKED' },
}

const CHANGES = [
  {
    name: 'suspend',
    description: 'suspend a card, for example when the phone is lost; `reinstate` reverses it',
    example: "echo 'phone lost, reported at the counter' | dojang suspend 9b1d…",
  },
  {
    name: 'reinstate',
    description: 'end a suspension; the contract refuses it for a revoked card',
    example: "echo 'phone found' | dojang reinstate 9b1d…",
  },
  {
    name: 'revoke',
    description: 'revoke a card permanently: nobody can undo it',
    example: 'dojang revoke 9b1d… --reason-file reason.txt',
  },
] as const

type ChangeFlags = BulkFlags & InputOptions

export function addCredentialCommands(program: Command, contextOf: ContextOf): void {
  const list = program
    .command('credentials')
    .description("list a resident's credentials with the status of each on the ledger")
    .addHelpText(
      'after',
      examples(
        'dojang credentials                         # asks for the personal number',
        'dojang credentials --json < number.txt',
      ),
    )
  takesInput(list, 'number').action(async (input: InputOptions, command: Command) => {
    const context = contextOf(command)
    const personalNumber = await readPersonalNumber(context, input)
    const found = await nodeOf(context).post('/operator/credentials/search', { personalNumber }, CredentialList)
    const lines = (language: 'ko' | 'en') =>
      found.credentials
        .map(c => `${c.credentialId}  ${c.card}  ${STATUS[c.status][language]}  ${formatTime(c.issuedAt)}`)
        .join('\n')
    printResult(context, found, {
      ko: lines('ko') || '발급된 신분증이 없습니다.',
      en: lines('en') || 'No credential has been issued to this resident.',
    })
  })

  program
    .command('status')
    .description('show the status of a credential on the ledger, and the block')
    .argument('<id>', 'credential id, from `application` or `credentials`')
    .addHelpText('after', examples('dojang status 9b1d…', 'dojang status 9b1d… --json | jq -r .status'))
    .action(async (id: string, _options, command: Command) => {
      const context = contextOf(command)
      const found = await nodeOf(context).get(pathOf(id), Credential)
      const at = `${found.block} (${formatTime(found.time)})`
      printResult(context, found, {
        ko: `${STATUS[found.status].ko}, 블록 ${at} 기준`,
        en: `${STATUS[found.status].en} as of block ${at}`,
      })
    })

  for (const { name, description, example } of CHANGES) {
    const change = program
      .command(name)
      .description(`${description}. Asks for the reason; the ledger stores only a salted hash of it`)
      .argument(name === 'reinstate' ? '[id]' : '<id>', 'credential id, from `application` or `credentials`')
      .addHelpText('after', examples(`dojang ${name} 9b1d…   # asks for the reason`, example))
    takesInput(change, 'reason').action(async (id: string | undefined, input: ChangeFlags, command: Command) => {
      const context = contextOf(command)
      const reason = await readReason(context, input)
      if (id === undefined) return await reinstateList(context, input, reason)
      const changed = await nodeOf(context).post(`${pathOf(id)}/${name}`, { reason }, StatusChange)
      const at = `${changed.block} (${formatTime(changed.time)})`
      const isPublished = changed.block === null
      printResult(context, changed, {
        ko: isPublished
          ? `${STATUS[changed.status].ko}, 상태 목록에 공개됨. 원장 기록은 자동으로 이어집니다.`
          : `${STATUS[changed.status].ko}, 블록 ${at}에 기록됨`,
        en: isPublished
          ? `${STATUS[changed.status].en} in the published status list. The node writes it to the ledger by itself.`
          : `${STATUS[changed.status].en}, recorded in block ${at}`,
      })
    })
    if (name === 'reinstate') addBulkOptions(change)
  }
}

const pathOf = (id: string) => `/operator/credentials/${encodeURIComponent(id)}`
