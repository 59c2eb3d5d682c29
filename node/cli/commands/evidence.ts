/**
 * `dojang evidence`: makes and checks files that prove whether a card was valid at a given time. A check needs only the
 * ledger profile.
 */
import { writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { LedgerProfile } from '../../proof/profile.ts'
import { checkEvidence } from '../../verifier/evidence/check.ts'
import { HttpHeadSource } from '../../verifier/replica/http-source.ts'
import type { Verdict as CheckedVerdict } from '../../verifier/verdict.ts'
import { Verdict } from '../answers.ts'
import { installConfig } from '../install.ts'
import type { Outcome } from '../outcome.ts'
import { type Context, formatTime, printResult } from '../terminal.ts'
import { exitOfVerdict, verdictText } from '../verdict-text.ts'
import { type ContextOf, examples } from './context.ts'
import { type ProfileOptions, parseTime, pinOption, profileOption, readProfile, readText } from './proof-files.ts'

export function addEvidenceCommands(program: Command, contextOf: ContextOf, outcome: Outcome): void {
  const evidence = program
    .command('evidence')
    .description('prove whether a card was valid at a given time, for courts and auditors')

  evidence
    .command('make')
    .description('write an evidence file for a card: headers, seals and proofs of one block')
    .argument('<file>', 'the credential with the disclosures to hand over, as text; - reads standard input')
    .requiredOption('--out <file>', 'the evidence file')
    .option('--at <time>', 'seconds since 1970 or ISO 8601 (default: the newest block)', parseTime)
    .option('--rpc <url>', "a ledger node with history (default: this install's)")
    .addOption(profileOption())
    .addOption(pinOption())
    .addHelpText(
      'after',
      examples('dojang evidence make card.txt --at 2026-05-01T09:00:00+09:00 --out card.evidence.json'),
    )
    .action(async (file: string, options: MakeOptions, command: Command) => {
      const context = contextOf(command)
      const profile = readProfile(context, options)
      const [{ connectLedger }, { makeEvidence }] = await Promise.all([
        import('../../ledger/remote/remote.ts'),
        import('../../verifier/evidence/make.ts'),
      ])
      const { chainId, genesis } = profile
      const ledger = await connectLedger(options.rpc ?? ownRpc(context), { chainId, genesis })
      try {
        const request = { credential: readText(file), ...(options.at === undefined ? {} : { at: options.at }) }
        const port = {
          request: (method: string, params?: readonly unknown[]) => ledger.request(method, params),
          statements: (height: number) => witnessesOf(profile, height),
        }
        const { text, checked } = await makeEvidence(port, profile, request, context.clock)
        writeFileSync(options.out, text, { mode: 0o600 })
        printVerdict(context, checked.at, checked.verdict, outcome)
      } finally {
        await ledger.close()
      }
    })

  evidence
    .command('check')
    .description('check an evidence file; needs only the ledger profile')
    .argument('<file>', 'the evidence file; - reads standard input')
    .addOption(profileOption())
    .addOption(pinOption())
    .addHelpText('after', examples('dojang evidence check card.evidence.json --profile ledger.json --pin 3f2…'))
    .action(async (file: string, options: ProfileOptions, command: Command) => {
      const context = contextOf(command)
      const { at, verdict } = await checkEvidence(readText(file), readProfile(context, options), context.clock())
      printVerdict(context, at, verdict, outcome)
    })
}

interface MakeOptions extends ProfileOptions {
  readonly out: string
  readonly at?: number
  readonly rpc?: string
}

function printVerdict(context: Context, at: number, verdict: CheckedVerdict, outcome: Outcome): void {
  const known = Verdict.parse(verdict)
  outcome.exit = exitOfVerdict(known)
  const text = verdictText(known)
  printResult(
    context,
    { at, verdict },
    {
      ko: `${formatTime(at)} 당시 (누가 제시했는지는 확인하지 않음)\n${text.ko}`,
      en: `At ${formatTime(at)} (who presented the card was not checked)\n${text.en}`,
    },
  )
}

/** From the first endpoint of the profile that answers. If none answers, the file has no statements and is refused. */
async function witnessesOf({ endpoints }: LedgerProfile, height: number): Promise<readonly string[]> {
  for (const endpoint of endpoints) {
    try {
      return await new HttpHeadSource(endpoint).statements(height)
    } catch {
      // Try the next endpoint.
    }
  }
  return []
}

/** @throws {CliError} CLI_NO_INSTALL */
function ownRpc({ data }: Context): string {
  const { rpcPort } = installConfig(data, 'Name a ledger node with --rpc URL, or the data directory with --data DIR.')
  return `http://127.0.0.1:${rpcPort}`
}
