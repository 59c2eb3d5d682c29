/** `dojang journal`: shows the journal, and proves it against the ledger. */
import { type Command, InvalidArgumentError } from 'commander'
import { checkJournal } from '../../issuer/journal/check/check.ts'
import { JournalPage } from '../answers.ts'
import type { RegistriesFlags } from '../council/open-registries.ts'
import { CliError } from '../errors.ts'
import { Exit } from '../exit.ts'
import { type JournalSource, journalOfFiles, journalOfNode } from '../journal-source.ts'
import { reportText } from '../journal-text.ts'
import type { Outcome } from '../outcome.ts'
import { Progress } from '../progress.ts'
import { type Context, formatTime, printResult, say } from '../terminal.ts'
import { type ContextOf, examples, nodeOf } from './context.ts'
import { pinOption, profileOption } from './proof-files.ts'

export function addJournal(program: Command, contextOf: ContextOf, outcome: Outcome): void {
  const journal = program
    .command('journal')
    .description('what was done, by whom and when: show it, and prove that nobody changed it')
    .addHelpText('after', examples('dojang journal show', 'dojang journal check'))

  journal
    .command('show')
    .description('the newest entries, newest first, and what the ledger has of their days')
    .option('--before <number>', 'the entries before this one', parseNumber)
    .addHelpText('after', examples('dojang journal show', 'dojang journal show --before 1200 --json'))
    .action(async ({ before }: { before?: number }, command: Command) => {
      const context = contextOf(command)
      const path = before === undefined ? '/operator/journal' : `/operator/journal?before=${before}`
      const page = await nodeOf(context).get(path, JournalPage)
      printResult(context, page, { ko: pageText(page, 'ko'), en: pageText(page, 'en') })
    })

  journal
    .command('check')
    .description('compute all hashes again and compare each day with the ledger; also for an install that is stopped')
    .option('--ledger <url>', "JSON-RPC of a ledger node (default: this install's)")
    .addOption(profileOption())
    .addOption(pinOption())
    .addHelpText(
      'after',
      examples('dojang journal check', 'dojang journal check --ledger https://ledger.example.kr --pin 3f2… --json'),
    )
    .action(async (flags: RegistriesFlags, command: Command) => {
      const context = contextOf(command)
      const source = await sourceOf(context, flags)
      const bar = new Progress(context, 'check', source.summary.count)
      try {
        const report = await checkJournal({ ...source, progress: done => bar.update(done) })
        bar.end()
        if (report.found > 0) outcome.exit = Exit.refused
        printResult(context, report, reportText(report))
      } finally {
        bar.end()
        await source.close()
      }
    })
}

/** Asks the running node, because it alone can read the database that it has open. If none runs, reads the database. */
async function sourceOf(context: Context, flags: RegistriesFlags): Promise<JournalSource> {
  try {
    const node = nodeOf(context)
    await node.probe('/healthz')
    return await journalOfNode(context, node, flags)
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'CLI_NODE_UNREACHABLE' || !isStopped(error)) throw error
    say(context, {
      ko: '실행 중인 노드가 없어 파일을 읽습니다.',
      en: 'No node runs on this directory: its files are read.',
    })
    return journalOfFiles(context, flags)
  }
}

const isStopped = ({ cause }: CliError): boolean =>
  ['ENOENT', 'ECONNREFUSED'].includes((cause as NodeJS.ErrnoException | undefined)?.code ?? '')

function pageText({ entries, days }: JournalPage, language: 'ko' | 'en'): string {
  const of = new Map(days.map(day => [day.day, day]))
  const lines: string[] = []
  let shown = ''
  for (const { number, day, at, event, ...facts } of entries) {
    const anchored = of.get(day)?.anchored
    const onLedger = {
      ko: anchored ? `원장에 기록됨, 블록 ${anchored.block ?? '?'}` : '아직 원장에 없음',
      en: anchored ? `on the ledger, block ${anchored.block ?? '?'}` : 'not on the ledger yet',
    }
    if (day !== shown) lines.push(`${day}  (${onLedger[language]})`)
    shown = day
    const rest = Object.entries(facts).map(([name, value]) => `${name}=${String(value)}`)
    lines.push([`  ${number}`, formatTime(at), event, ...rest].join('  '))
  }
  const none = { ko: '항목이 없습니다.', en: 'There is no entry.' }
  return lines.join('\n') || none[language]
}

function parseNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('the number of an entry is a whole number.')
  return Number(text)
}
