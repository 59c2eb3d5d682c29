/** `dojang account replace`: makes a new key for an account of the node, and says what the council has to do. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Argument, type Command } from 'commander'
import { Wallet } from 'ethers'
import { NextAccounts, REPLACEABLE, type ReplaceableAccount } from '../../keys/next-accounts.ts'
import { CliError } from '../errors.ts'
import { printResult } from '../terminal.ts'
import { type ContextOf, examples } from './context.ts'

const CAPABILITIES: Readonly<Record<ReplaceableAccount, string>> = { issuing: 'ANCHOR,STATUS', status: 'STATUS' }
/** The authority's number in the trust registry. */
const ORG = 1

export function addAccount(program: Command, contextOf: ContextOf): void {
  program
    .command('account')
    .description('the ledger accounts from which the node sends')
    .command('replace')
    .description('make a new key for an account, and print what the officers have to do; then start the node again')
    .addArgument(new Argument('<name>', 'the account').choices(REPLACEABLE))
    .addHelpText('after', examples('dojang account replace status', 'dojang account replace issuing --json'))
    .action((name: ReplaceableAccount, _options: unknown, command: Command) => {
      const context = contextOf(command)
      const keys = join(context.data, 'keys')
      const old = addressIn(join(keys, `${name}.key`))
      const { address } = new NextAccounts(keys, randomBytes).make(name)
      const stop = `dojang council act stopAccount account=${old} --key admin.key`
      const propose = `dojang council propose registerAccount org=${ORG} account=${address} capabilities=${CAPABILITIES[name]} --key council.key`
      const execute = 'dojang council execute <operation> --key council.key'
      const file = join(keys, `${name}.next.key`)
      const commands = [stop, propose, execute].map(line => `    ${line}`).join('\n')
      printResult(
        context,
        { account: name, old, new: address, file, commands: [stop, propose, execute] },
        {
          ko: `새 키를 ${file}에 만들었습니다: ${address}\n\n담당자가 할 일:\n${commands}\n\n그다음 노드를 다시 시작하십시오.`,
          en: `The new key is in ${file}: ${address}\n\nFor the officers:\n${commands}\n\nThen start the node again.`,
        },
      )
    })
}

function addressIn(path: string): string {
  try {
    return new Wallet(readFileSync(path, 'utf8').trim()).address
  } catch {
    // Without the cause, which may contain the key.
    const reason = 'cannot be read'
    throw new CliError({ code: 'CLI_INPUT', path, reason }, `${path} ${reason}. Name the node's directory with --data.`)
  }
}
