/**
 * The `dojang` command. It parses the command line, runs one command, and reports every failure by a message on stderr
 * and an exit code. Messages contain no personal data, and a stack trace only if DEBUG is set.
 */
import { Command, CommanderError, Help, Option } from 'commander'
import { z } from 'zod'
import { LedgerError } from '../ledger/errors.ts'
import { DojangError } from '../lib/errors.ts'
import type { Clock } from '../lib/time.ts'
import { VERSION } from '../lib/version.ts'
import { addAccount } from './commands/account.ts'
import { addAudit } from './commands/audit.ts'
import { addCards } from './commands/card.ts'
import { addCouncil } from './commands/council.ts'
import { addCredentialCommands } from './commands/credentials.ts'
import { addErase } from './commands/erase.ts'
import { addEvidenceCommands } from './commands/evidence.ts'
import { addFollow } from './commands/follow.ts'
import { addHealth } from './commands/health.ts'
import { addJournal } from './commands/journal.ts'
import { addKey } from './commands/key.ts'
import { addLedgerCommands } from './commands/ledger.ts'
import { addLines } from './commands/lines.ts'
import { addMachine } from './commands/machine.ts'
import { addMakeCard } from './commands/make-card.ts'
import { addNetworkCommands } from './commands/network.ts'
import { addOfferCommands } from './commands/offer.ts'
import { addOperator } from './commands/operator.ts'
import { addPolicy } from './commands/policy.ts'
import { addPresets } from './commands/preset.ts'
import { addReadCard } from './commands/read-card.ts'
import { addReader } from './commands/reader.ts'
import { addReconcile } from './commands/reconcile.ts'
import { addResidents } from './commands/residents.ts'
import { addRollout } from './commands/rollout.ts'
import { addSnapshotCommands } from './commands/snapshot.ts'
import { addStart, type StartOptions } from './commands/start.ts'
import { addTills } from './commands/till.ts'
import { addVerifier, type VerifierStart } from './commands/verifier.ts'
import { addVerifyCommands } from './commands/verify.ts'
import { addWalletProviders } from './commands/wallet-provider.ts'
import { CliError } from './errors.ts'
import { EXIT_HELP, Exit, exitOf } from './exit.ts'
import { fileFailure } from './file-failure.ts'
import type { Outcome } from './outcome.ts'
import { printable, printableJson, printableLines } from './printable.ts'
import { type Context, languageOf, type Terminal } from './terminal.ts'

export interface Ports {
  /** Runs the node. Resolves when the node serves or has stopped. */
  readonly start: (options: StartOptions) => Promise<unknown>
  /** Runs a verifier alone. Resolves when it serves. */
  readonly startVerifier: (options: VerifierStart) => Promise<unknown>
  readonly clock: Clock
  readonly terminal?: Terminal
}

/** Of files that define cards and presets. */
const DEFINITION_ERRORS: ReadonlySet<string> = new Set([
  ...['CREDENTIAL_CARD_INVALID', 'CREDENTIAL_CARD_REPEATED'],
  ...['VERIFIER_PRESET_INVALID', 'VERIFIER_PRESET_REPEATED'],
])

const Globals = z.looseObject({
  data: z.string(),
  json: z.boolean().default(false),
  lang: z.enum(['ko', 'en']),
})

/** @param argv without the program's own name; @returns the exit code */
export async function runCli(argv: readonly string[], ports: Ports): Promise<number> {
  const terminal = ports.terminal ?? process
  const outcome: Outcome = { exit: Exit.done }
  // `dojang … | head` closes the pipe early. This is not an error.
  terminal.stdout.on('error', ignoreClosedPipe)
  const program = createProgram(terminal)
  const contextOf = (command: Command): Context => {
    const { data, json, lang } = Globals.parse(command.optsWithGlobals())
    return { terminal, clock: ports.clock, data, json, language: lang }
  }
  addStart(program, contextOf, ports.start)
  addResidents(program, contextOf, outcome)
  addLines(program, contextOf, outcome)
  addOfferCommands(program, contextOf)
  addRollout(program, contextOf)
  addCredentialCommands(program, contextOf)
  addErase(program, contextOf)
  addVerifyCommands(program, contextOf, outcome)
  addVerifier(program, contextOf, ports.startVerifier)
  addSnapshotCommands(program, contextOf, outcome)
  addEvidenceCommands(program, contextOf, outcome)
  addOperator(program, contextOf)
  addMachine(program, contextOf)
  addReconcile(program, contextOf)
  addJournal(program, contextOf, outcome)
  addAccount(program, contextOf)
  const card = addCards(program, contextOf)
  addReadCard(card, contextOf)
  addMakeCard(card, contextOf)
  addReader(program, contextOf)
  addPresets(program, contextOf)
  addPolicy(program, contextOf)
  addTills(program, contextOf)
  addWalletProviders(program, contextOf)
  addKey(program, contextOf)
  addCouncil(program, contextOf)
  addLedgerCommands(program, contextOf, outcome)
  addFollow(program, contextOf)
  addAudit(program, contextOf, outcome)
  addNetworkCommands(program, contextOf)
  addHealth(program, contextOf, outcome)
  try {
    await program.parseAsync(idsLast(argv), { from: 'user' })
    return outcome.exit
  } catch (error) {
    const { exit, text, value } = describe(error, outcome)
    if (argv.includes('--json') && value !== null) terminal.stdout.write(`${printableJson({ error: value })}\n`)
    terminal.stderr.write(text)
    if (terminal.env.DEBUG && text !== '') {
      const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
      terminal.stderr.write(`${printableLines(trace)}\n`)
    }
    return exit
  }
}

function createProgram(terminal: Terminal): Command {
  const { env, stdout, stderr } = terminal
  return new Command('dojang')
    .description('Mobile ID on a permissioned ledger: run the authority; issue, check, suspend and revoke cards.')
    .addOption(
      new Option('--data <dir>', "the node's data directory").env('DOJANG_DATA').default(env.DOJANG_DATA || 'data'),
    )
    .addOption(
      new Option('--lang <lang>', 'language of results').choices(['ko', 'en']).default(languageOf(env), 'from LANG'),
    )
    .version(VERSION, '--version', 'print the version')
    .option('--json', 'print one JSON document on stdout, for programs; everything else goes to stderr')
    .addHelpText('after', `\n${EXIT_HELP}\n\nEvery command has its own help with examples: dojang help <command>`)
    .showHelpAfterError('        (CLI_USAGE: add --help for the options and examples)')
    .configureHelp({
      showGlobalOptions: true,
      optionDescription(option) {
        const text = Help.prototype.optionDescription.call(this, option)
        return option.mandatory ? `${text} (required)` : text
      },
    })
    .configureOutput({
      writeOut: text => stdout.write(text),
      writeErr: text => stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'dojang: ')),
    })
    .exitOverride()
}

/** One id in 64 begins with a hyphen and would be parsed as an option. Such ids are moved behind `--`, which ends options. */
function idsLast(argv: readonly string[]): readonly string[] {
  if (argv.includes('--')) return argv
  const isId = (word: string, i: number) => /^-([\w-]{21}|[\w-]{42})$/.test(word) && !argv[i - 1]?.startsWith('-')
  const ids = argv.filter(isId)
  return ids.length === 0 ? argv : [...argv.filter((word, i) => !isId(word, i)), '--', ...ids]
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

interface Described {
  readonly exit: Exit
  /** For stderr. */
  readonly text: string
  /** For `--json`; null if there is no error. */
  readonly value: { readonly code: string; readonly message: string; readonly exit: Exit } | null
}

function describe(error: unknown, { refusal = Exit.refused }: Outcome): Described {
  if ((error as NodeJS.ErrnoException | null)?.code === 'EPIPE') return { exit: Exit.done, text: '', value: null }
  if (error instanceof CommanderError) {
    // Commander has already written its message or the help.
    if (error.exitCode === 0) return { exit: Exit.done, text: '', value: null }
    const message = error.code === 'commander.help' ? 'No command was given.' : error.message.replace(/^error: /, '')
    return { exit: Exit.input, text: '', value: { code: 'CLI_USAGE', message, exit: Exit.input } }
  }
  const known = fileFailure(error)
  if (!(known instanceof DojangError)) {
    const message = 'dojang failed because of a bug. Run the command again with DEBUG=1 to see the stack trace.'
    const code = 'CLI_INTERNAL'
    return {
      exit: Exit.internal,
      text: `dojang: ${message}\n        (${code})\n`,
      value: { code, message, exit: Exit.internal },
    }
  }
  const exit = exitOfKnown(known)
  const reported = exit === Exit.refused ? refusal : exit
  const { message } = known
  const problem = known instanceof CliError && known.detail.code === 'CLI_REFUSED' ? known.detail.problem : null
  const code = problem ?? known.code
  return {
    exit: reported,
    text: `dojang: ${indented(message)}\n        (${code}, see docs/errors.md#${code.toLowerCase()})\n`,
    value: { code, message, exit: reported },
  }
}

/** A message can contain words of others. No line of it may look like a line of the command's own. */
const indented = (message: string): string => message.split('\n').map(printable).join('\n        ')

function exitOfKnown(error: DojangError<{ readonly code: string }>): Exit {
  if (error instanceof CliError) return exitOf(error.detail)
  if (DEFINITION_ERRORS.has(error.code)) return Exit.input
  return error instanceof LedgerError && error.code === 'LEDGER_UNREACHABLE' ? Exit.unreachable : Exit.refused
}
