/** `dojang ledger …`: works on the embedded ledger's files while no node has them open. */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import type { Hex } from '../../lib/bytes.ts'
import { CliError } from '../errors.ts'
import { Exit } from '../exit.ts'
import { fileFailure } from '../file-failure.ts'
import type { Outcome } from '../outcome.ts'
import { Progress } from '../progress.ts'
import { formatTime, printResult } from '../terminal.ts'
import { type ContextOf, examples } from './context.ts'
import { type ProfileOptions, pinOption, profileOption, readProfile } from './proof-files.ts'
import { addWitnessCommands } from './witness.ts'

const directoryIn = (data: string) => join(data, 'ledger')

/** @throws {CliError} CLI_NO_INSTALL; creates nothing */
function ledgerIn(data: string): string {
  const path = directoryIn(data)
  if (existsSync(join(path, 'blocks'))) return path
  throw new CliError(
    { code: 'CLI_NO_INSTALL', data },
    `There is no ledger in ${path}. Name the data directory of a node with --data DIR.`,
  )
}

/** The number of lines shown; `--json` prints all of them. */
const SHOWN = 20

interface ImportOptions extends ProfileOptions {
  readonly head?: Hex
}

export function addLedgerCommands(program: Command, contextOf: ContextOf, outcome: Outcome): void {
  const ledger = program
    .command('ledger')
    .description("check, export and import the embedded ledger's files; remove who may send; configure its witnesses")

  addWitnessCommands(ledger, contextOf)

  ledger
    .command('check')
    .description('read the whole database from disk and check it')
    .addHelpText('after', examples('dojang ledger check --data /var/lib/dojang'))
    .action(async (_options: unknown, command: Command) => {
      const context = contextOf(command)
      const { checkLedger } = await import('../../ledger/embedded/check-directory.ts')
      let bar: Progress | undefined
      const check = await checkLedger(ledgerIn(context.data), (done, of) => {
        bar ??= new Progress(context, 'check', of)
        bar.update(done)
      })
      bar?.end()
      const { head, transactions, faults } = check
      if (faults.length > 0) outcome.exit = Exit.refused
      const list = faults.slice(0, SHOWN).map(fault => `  ${fault}`)
      const more = faults.length > SHOWN ? [`  … ${faults.length - SHOWN} more`] : []
      printResult(context, check, {
        ko:
          faults.length === 0
            ? `이상 없음: 블록 ${head + 1}개, 거래 ${transactions}건`
            : [`손상 ${faults.length}건`, ...list, ...more].join('\n'),
        en:
          faults.length === 0
            ? `undamaged: ${head + 1} blocks, ${transactions} transactions`
            : [`damaged: ${faults.length} faults`, ...list, ...more, 'Restore from a backup or from a follower.'].join(
                '\n',
              ),
      })
    })

  ledger
    .command('disallow')
    .description('remove accounts from those that may send transactions; without an address, list them')
    .argument('[addresses...]', 'addresses of accounts', parseAccount, [])
    .addHelpText('after', examples('dojang ledger disallow', 'dojang ledger disallow 0x12ab…'))
    .action(async (addresses: readonly Hex[], _options: unknown, command: Command) => {
      const context = contextOf(command)
      const { removeFromAllowList } = await import('../../ledger/embedded/allow-list.ts')
      const { removed, left } = await removeFromAllowList(ledgerIn(context.data), addresses)
      const lines = (title: string, list: readonly Hex[]) => [`${title}: ${list.length}`, ...list.map(it => `  ${it}`)]
      printResult(
        context,
        { removed, left },
        {
          ko: [...lines('제외한 계정', removed), ...lines('거래를 보낼 수 있는 계정', left)].join('\n'),
          en: [...lines('removed', removed), ...lines('accounts that may send', left)].join('\n'),
        },
      )
    })

  ledger
    .command('export')
    .description('write the whole block history to one file (compressed when its name ends in .gz)')
    .argument('<file>', 'the file to write')
    .addHelpText('after', examples('dojang ledger export history.rlp.gz'))
    .action(async (file: string, _options: unknown, command: Command) => {
      const context = contextOf(command)
      const { exportLedger } = await import('../../ledger/embedded/transfer.ts')
      let bar: Progress | undefined
      const head = await exportLedger(ledgerIn(context.data), file, (done, of) => {
        bar ??= new Progress(context, 'export', of)
        bar.update(done)
      }).catch(error => {
        throw fileFailure(error, file)
      })
      bar?.end()
      const summary = `${head.number + 1}, ${formatTime(head.timestamp)}, ${head.hash}`
      printResult(context, { ...head, file }, { ko: `블록 ${summary}`, en: `blocks: ${summary}` })
    })

  ledger
    .command('import')
    .description('import a block history; checks and executes every block again')
    .argument('<file>', 'a file that `export` wrote')
    .addOption(profileOption())
    .addOption(pinOption())
    .option('--head <hash>', "hash of the file's last block, as `export` printed it, from another source", parseHash)
    .addHelpText(
      'after',
      examples(
        'dojang ledger import history.rlp.gz --profile ledger.json',
        'dojang ledger import history.rlp.gz --profile ledger.json --head 0x5f1c…',
      ),
    )
    .action(async (file: string, options: ImportOptions, command: Command) => {
      const context = contextOf(command)
      requireFile(file)
      const profile = readProfile(context, options)
      const { importLedger } = await import('../../ledger/embedded/transfer.ts')
      const bar = new Progress(context, 'import', profile.checkpoint.height)
      const expected = { ...profile, ...(options.head !== undefined && { head: options.head }) }
      const head = await importLedger(
        directoryIn(context.data),
        file,
        expected,
        () => context.clock() * 1000,
        done => bar.update(done),
      ).finally(() => bar.end())
      const summary = `${head.number + 1}, ${formatTime(head.timestamp)}, ${head.hash}`
      printResult(context, head, { ko: `확인된 블록 ${summary}`, en: `blocks checked: ${summary}` })
    })
}

/** Called before anything is created. */
function requireFile(path: string): void {
  let isFile: boolean
  try {
    isFile = statSync(path).isFile()
  } catch (error) {
    throw fileFailure(error, path)
  }
  if (isFile) return
  const reason = 'it is not a file'
  throw new CliError({ code: 'CLI_INPUT', path, reason }, `${path}: ${reason}. Check the path.`)
}

/** Commander calls this for each argument, with those before it. */
function parseAccount(text: string, before: readonly Hex[] = []): readonly Hex[] {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) throw new InvalidArgumentError('an address is 0x and 40 hex digits.')
  return [...before, text.toLowerCase() as Hex]
}

function parseHash(text: string): Hex {
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) throw new InvalidArgumentError('a hash is 0x and 64 hex digits.')
  return text.toLowerCase() as Hex
}
