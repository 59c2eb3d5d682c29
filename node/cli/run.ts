/**
 * The `dojang` command: parses the command line, runs one command, and turns every failure into a sentence on
 * stderr and an exit code. Nothing personal is echoed, and no stack trace is shown unless DEBUG is set.
 */
import { Command, CommanderError, Option } from 'commander'
import { z } from 'zod'
import { LedgerError } from '../ledger/errors.ts'
import { DojangError } from '../lib/errors.ts'
import { VERSION } from '../lib/version.ts'
import { addCouncil } from './commands/council.ts'
import { addCredentialCommands } from './commands/credentials.ts'
import { addEvidenceCommands } from './commands/evidence.ts'
import { addFollow } from './commands/follow.ts'
import { addHealth } from './commands/health.ts'
import { addLedgerCommands } from './commands/ledger.ts'
import { addNetworkCommands } from './commands/network.ts'
import { addOfferCommands } from './commands/offer.ts'
import { addResidents } from './commands/residents.ts'
import { addSnapshotCommands } from './commands/snapshot.ts'
import { addStart, type StartOptions } from './commands/start.ts'
import { addVerifyCommands } from './commands/verify.ts'
import { CliError } from './errors.ts'
import { EXIT_HELP, Exit, exitOf } from './exit.ts'
import { type Context, languageOf, type Terminal } from './terminal.ts'

export interface Ports {
  /** Runs the node; resolves when it serves or has stopped. Given by whoever composes the program. */
  readonly start: (options: StartOptions) => Promise<unknown>
  readonly terminal?: Terminal
}

const Globals = z.looseObject({
  data: z.string(),
  json: z.boolean().default(false),
  lang: z.enum(['ko', 'en']),
})

/** Where a command leaves its exit code, since commander's actions return nothing. */
export interface Outcome {
  exit: Exit
}

/** @param argv without the program's own name; @returns the exit code */
export async function runCli(argv: readonly string[], ports: Ports): Promise<number> {
  const terminal = ports.terminal ?? process
  const outcome: Outcome = { exit: Exit.done }
  // `dojang … | head` closes the pipe when it has enough: no failure of ours.
  terminal.stdout.on('error', ignoreClosedPipe)
  const program = createProgram(terminal)
  const contextOf = (command: Command): Context => {
    const { data, json, lang } = Globals.parse(command.optsWithGlobals())
    return { terminal, data, json, language: lang }
  }
  addStart(program, contextOf, ports.start)
  addResidents(program, contextOf, outcome)
  addOfferCommands(program, contextOf)
  addCredentialCommands(program, contextOf)
  addVerifyCommands(program, contextOf, outcome)
  addSnapshotCommands(program, contextOf, outcome)
  addEvidenceCommands(program, contextOf, outcome)
  addCouncil(program, contextOf)
  addLedgerCommands(program, contextOf, outcome)
  addFollow(program, contextOf)
  addNetworkCommands(program, contextOf)
  addHealth(program, contextOf, outcome)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return outcome.exit
  } catch (error) {
    return report(error, terminal, argv.includes('--json'))
  }
}

function createProgram(terminal: Terminal): Command {
  const { env, stdout, stderr } = terminal
  return new Command('dojang')
    .description(
      'Mobile ID on a permissioned ledger: run the authority, issue cards, check them, lock and revoke them.',
    )
    .addOption(
      new Option('--data <dir>', "the node's data directory").env('DOJANG_DATA').default(env.DOJANG_DATA || 'data'),
    )
    .addOption(
      new Option('--lang <lang>', 'language of results').choices(['ko', 'en']).default(languageOf(env), 'from LANG'),
    )
    .version(VERSION, '--version', 'print the version')
    .option('--json', 'print one JSON document on stdout, for programs; everything else goes to stderr')
    .addHelpText('after', `\n${EXIT_HELP}\n\nEvery command has its own help with examples: dojang help <command>`)
    .showHelpAfterError('(add --help for the options and examples)')
    .configureOutput({ writeOut: text => stdout.write(text), writeErr: text => stderr.write(text) })
    .exitOverride()
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

function report(error: unknown, terminal: Terminal, json: boolean): Exit {
  const { stdout, stderr, env } = terminal
  if ((error as NodeJS.ErrnoException | null)?.code === 'EPIPE') return Exit.done
  // Commander has written its message or the help already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? Exit.done : Exit.input
  const known = error instanceof DojangError
  const exit = known ? exitOfKnown(error) : Exit.internal
  const message = known
    ? error.message
    : 'Something went wrong in dojang itself. Run again with DEBUG=1 for the details.'
  const code = error instanceof CliError && error.detail.code === 'CLI_REFUSED' ? error.detail.problem : null
  const shown = code ?? (known ? error.code : 'CLI_INTERNAL')
  if (json) stdout.write(`${JSON.stringify({ error: { code: shown, message, exit } }, null, 2)}\n`)
  stderr.write(`dojang: ${message}\n        (${shown}${known ? `, see docs/errors.md#${shown.toLowerCase()}` : ''})\n`)
  if (env.DEBUG) stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return exit
}

function exitOfKnown(error: DojangError<{ readonly code: string }>): Exit {
  if (error instanceof CliError) return exitOf(error.detail)
  return error instanceof LedgerError && error.code === 'LEDGER_UNREACHABLE' ? Exit.unreachable : Exit.refused
}
