/** `dojang wallet-provider`: who may attest wallets, and how far the stop of one of them is. */
import type { Command } from 'commander'
import { WalletProviderList } from '../answers.ts'
import { type Bilingual, formatTime, printResult } from '../terminal.ts'
import { type ContextOf, examples, nodeOf } from './context.ts'

type Provider = WalletProviderList['providers'][number]
type Stop = NonNullable<Provider['stop']>

export function addWalletProviders(program: Command, contextOf: ContextOf): void {
  program
    .command('wallet-provider')
    .description('who may attest wallets: docs/council.md; to stop one: docs/operator.md')
    .command('list')
    .description('the wallet providers that the ledger admits or admitted, and how far their stops are')
    .addHelpText('after', examples('dojang wallet-provider list', 'dojang wallet-provider list --json'))
    .action(async (_options: unknown, command: Command) => {
      const context = contextOf(command)
      const found = await nodeOf(context).get('/operator/wallet-providers', WalletProviderList)
      const lines = found.providers.map(lineOf)
      const accepts = found.walletAttestation === 'accepted'
      printResult(context, found, {
        ko: [
          ...(lines.length === 0 ? ['등록된 지갑 제공자가 없습니다.'] : lines.map(({ ko }) => ko)),
          ...(accepts ? ['지갑 증명이 없는 지갑도 신분증을 받을 수 있습니다(--wallet-attestation accepted).'] : []),
        ].join('\n'),
        en: [
          ...(lines.length === 0 ? ['No wallet provider is admitted.'] : lines.map(({ en }) => en)),
          ...(accepts ? ['Wallets without an attestation get cards too (--wallet-attestation accepted).'] : []),
        ].join('\n'),
      })
    })
}

function lineOf({ id, name, admitted, stop }: Provider): Bilingual {
  const isStopped = stop !== null && stop.state !== 'lifted'
  const state = isStopped
    ? stopText(stop)
    : admitted
      ? { ko: '등록됨', en: 'admitted' }
      : { ko: '등록 종료', en: 'not admitted any more' }
  const lead = [id, name].filter(value => value !== null).join('  ')
  return { ko: `${lead}  ${state.ko}`, en: `${lead}  ${state.en}` }
}

function stopText({ state, suspendAt, cards, notYet, suspended, revoked, revokeFrom, expectedEnd }: Stop): Bilingual {
  const time = (at: number | null) => (at === null ? '–' : formatTime(at))
  switch (state) {
    case 'waiting':
      return suspendAt === null
        ? { ko: '신규 발급 중지. 기존 신분증은 그대로', en: 'stopped for new cards; existing cards stay as they are' }
        : {
            ko: `신규 발급 중지. 신분증 ${cards}건을 ${time(suspendAt)}에 정지`,
            en: `stopped for new cards; ${cards} cards are suspended at ${time(suspendAt)}`,
          }
    case 'suspending':
      return {
        ko: `정지 중: ${suspended}건 정지, ${notYet}건 남음`,
        en: `suspending: ${suspended} suspended, ${notYet} left`,
      }
    case 'revoking':
      return {
        ko: `폐기 중(${time(revokeFrom)}부터): ${revoked}건 폐기, ${suspended}건 정지, 예상 완료 ${time(expectedEnd)}`,
        en: `revoking from ${time(revokeFrom)}: ${revoked} revoked, ${suspended} suspended, expected end ${time(expectedEnd)}`,
      }
    case 'done':
      return { ko: `중지됨: ${revoked}건 폐기`, en: `stopped: ${revoked} revoked` }
    case 'reinstating':
      return { ko: '중지 철회, 정지 해제 중', en: 'lifted, its cards are being reinstated' }
    case 'lifted':
      return { ko: '중지 철회됨', en: 'lifted' }
  }
}
