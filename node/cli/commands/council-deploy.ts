/** `dojang council deploy`: deploys the contracts on a ledger and hands them over to the council. */
import type { Command } from 'commander'
import { connectLedger } from '../../ledger/remote/remote.ts'
import { systemTimer } from '../../lib/time.ts'
import { deploy } from '../../registries/deployment/deploy.ts'
import { openKey } from '../council/key.ts'
import { readPlan } from '../council/plan.ts'
import { printResult } from '../terminal.ts'
import { type ContextOf, examples } from './context.ts'

interface Flags {
  readonly plan: string
  readonly key: string
  readonly ledger: string
}

export function addCouncilDeploy(council: Command, contextOf: ContextOf): void {
  council
    .command('deploy')
    .description("deploy the contracts on a ledger, hand them over, and give up the deployer's rights")
    .requiredOption('--plan <file>', 'the officers, the delay, and the first organisations: docs/council.md')
    .requiredOption(
      '--key <file>',
      "the deployer's key, used for nothing else; an interrupted run can be repeated with it",
    )
    .requiredOption('--ledger <url>', "the ledger's JSON-RPC")
    .addHelpText(
      'after',
      examples('dojang council deploy --plan plan.json --key deployer.key --ledger http://127.0.0.1:8545 --json'),
    )
    .action(async ({ plan: path, key, ledger: url }: Flags, command: Command) => {
      const context = contextOf(command)
      const { stderr, env } = context.terminal
      const plan = readPlan(path)
      const deployer = await openKey(key, env)
      const ledger = await connectLedger(url, { chainId: plan.chainId })
      try {
        const progress = (done: number, of: number, step: string) => stderr.write(`${done}/${of} ${step}\n`)
        const { contracts, organisations, statusLists } = await deploy(ledger, {
          ...plan,
          ...{ deployer, progress, timer: systemTimer },
        })
        const lines = Object.entries(contracts).map(([name, { address, block }]) => `${name}  ${address}  ${block}`)
        printResult(
          context,
          { contracts, organisations, statusLists: statusLists.map(String) },
          {
            ko: `${lines.join('\n')}\n원장에서 다시 읽어 확인했습니다: 계획에 있는 것이 모두 있고, 인계까지 그 밖의 것은 없습니다. 배포 계정에는 아무 권한도 남지 않았습니다.`,
            en: `${lines.join('\n')}\nChecked on the ledger: it contains everything in the plan, and nothing else until the hand-over. The deployer has no rights left.`,
          },
        )
      } finally {
        await ledger.close()
      }
    })
}
