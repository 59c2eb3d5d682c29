import { type Command, InvalidArgumentError } from 'commander'
import { createKeyStatement } from '../council/key-statement.ts'
import { parseKeyUses } from '../council/values.ts'
import { openSigner } from '../signing-key.ts'
import { printResult } from '../terminal.ts'
import { type ContextOf, examples } from './context.ts'
import { type ProfileOptions, pinOption, profileOption, readProfile } from './proof-files.ts'

interface StatementOptions extends ProfileOptions {
  readonly key: string
  readonly org: number
  readonly uses: number
}

export function addKey(program: Command, contextOf: ContextOf): void {
  program
    .command('key')
    .description("an organisation's signing keys")
    .command('statement')
    .description(
      'make the statement with which the council registers a key; signed by that key, it proves its possession',
    )
    .requiredOption('--key <file>', 'the private key (PEM, P-256); it is not sent anywhere')
    .requiredOption('--org <number>', 'number of the organisation in the trust registry', parseOrg)
    .requiredOption('--uses <names>', 'uses of the key, separated by commas, such as WALLET', parseUses)
    .addOption(profileOption())
    .addOption(pinOption())
    .addHelpText(
      'after',
      examples('dojang key statement --key wallet.pem --org 2 --uses WALLET --profile ledger.json > key.statement'),
    )
    .action((options: StatementOptions, command: Command) => {
      const context = contextOf(command)
      const { chainId, contracts } = readProfile(context, options)
      const { org, uses } = options
      const signer = openSigner(options.key)
      const statement = createKeyStatement({ org, uses, chainId, registry: contracts.trustRegistry.address }, signer)
      printResult(context, { keyId: signer.keyId, statement }, { ko: statement, en: statement })
    })
}

function parseOrg(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError('an organisation is a number from 1.')
  return Number(text)
}

function parseUses(text: string): number {
  const uses = parseKeyUses(text)
  if (uses === undefined) throw new InvalidArgumentError('uses are names separated by commas, such as WALLET.')
  return uses
}
