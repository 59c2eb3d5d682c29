/**
 * `dojang audit`: checks the whole history of a ledger from its profile alone. It executes every block into a copy of its own,
 * replays the events by the rules, and compares the files of each batch with what the ledger has of it.
 */
import { createPrivateKey } from 'node:crypto'
import { join } from 'node:path'
import type { Command } from 'commander'
import type { AuditResult } from '../../audit/audit.ts'
import type { BatchFiles } from '../../audit/batch-files.ts'
import type { Finding } from '../../audit/finding.ts'
import { RULES } from '../../audit/rules.ts'
import type { Follower } from '../../ledger/follower/follower.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { fromUtf8, type Hex } from '../../lib/bytes.ts'
import { decryptJwe } from '../../lib/jose/jwe.ts'
import { readBounded } from '../../lib/stream.ts'
import type { LedgerProfile } from '../../proof/profile.ts'
import { CliError } from '../errors.ts'
import { Exit } from '../exit.ts'
import type { Outcome } from '../outcome.ts'
import { Progress } from '../progress.ts'
import { type Context, formatTime, printResult } from '../terminal.ts'
import { type ContextOf, examples } from './context.ts'
import { parseUrls } from './follow.ts'
import { type ProfileOptions, pinOption, profileOption, readProfile, readText } from './proof-files.ts'

interface Options extends ProfileOptions {
  readonly from: string
  readonly files?: string
  readonly entries?: string
}

/** The most bytes of one file of a batch: 2^20 leaves, or their entries. */
const MAX_FILE = 2 ** 29
const TIMEOUT_MS = 60_000

export function addAudit(program: Command, contextOf: ContextOf, outcome: Outcome): void {
  program
    .command('audit')
    .description('check the whole history of a ledger: every block, every rule, and the files of every batch')
    .requiredOption('--from <urls>', "JSON-RPC URL of the ledger's node, or of several, separated by commas", parseUrls)
    .addOption(profileOption())
    .addOption(pinOption())
    .option(
      '--files <url>',
      "public URL of the issuer, for the files of the batches (default: the profile's first endpoint)",
    )
    .option('--entries <key>', "PEM file of the auditors' private key: checks the entries, too")
    .addHelpText(
      'after',
      examples(
        'dojang audit --data audit --profile ledger.json --pin 3f2… --from http://127.0.0.1:4101',
        'dojang audit --data audit --profile ledger.json --from http://127.0.0.1:4101 --entries auditor.pem --json',
      ),
    )
    .action(async (options: Options, command: Command) => {
      const context = contextOf(command)
      const profile = readProfile(context, options)
      if (profile.seals === 'none') {
        throw new CliError(
          { code: 'CLI_INPUT', path: options.profile ?? context.data, reason: 'a ledger without seals' },
          'The blocks of this ledger have no seals, so nothing can be proved. Audit a ledger with seals.',
        )
      }
      const result = await run(context, profile, options)
      print(context, result, options.entries !== undefined)
      if (result.findings.some(({ rule }) => RULES[rule].kind !== 'notice')) outcome.exit = Exit.refused
    })
}

async function run(context: Context, profile: LedgerProfile, options: Options): Promise<AuditResult> {
  const [{ connectLedger }, { openFollower }, { audit }] = await Promise.all([
    import('../../ledger/remote/remote.ts'),
    import('../../ledger/follower/follower.ts'),
    import('../../audit/audit.ts'),
  ])
  const { chainId, genesis } = profile
  const source = await connectLedger(options.from, { chainId, genesis, mayGoBack: true })
  let copy: Follower | undefined
  try {
    const executing = new Steps(context, 'execute')
    copy = await openFollower({
      ...{ path: join(context.data, 'ledger'), profile, source, now: () => context.clock() * 1000 },
      onProgress: (done, of) => executing.update(done, of),
    })
    const refusal = await refusalOf(copy)
    executing.end()
    const checking = new Steps(context, 'audit')
    const endpoint = (options.files ?? profile.endpoints[0] ?? '').replace(/\/$/, '')
    const result = await audit({
      ...{ profile, ledger: copy, head: copy.head.number },
      refused: refusal && { ledger: source, head: await headOf(source) },
      files: root => fetchFiles(endpoint, root),
      decrypt: options.entries === undefined ? null : decrypterOf(readText(options.entries)),
      onProgress: (done, of) => checking.update(done, of),
    })
    checking.end()
    return refusal ? { ...result, findings: [...result.findings, refusal] } : result
  } finally {
    await copy?.close()
    await source.close()
  }
}

/** Waits until every block is executed. @returns null, or the finding about the block at which the copy ended */
async function refusalOf(copy: Follower): Promise<Finding | null> {
  const { LedgerError } = await import('../../ledger/errors.ts')
  try {
    await copy.caughtUp
    return null
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    const { detail } = error
    if (detail.code === 'LEDGER_FORK') {
      return { rule: 'block.fork', block: detail.block, facts: { proof: detail.proof } }
    }
    if (detail.code !== 'LEDGER_BLOCK_REFUSED') throw error
    return { rule: 'block.refused', block: detail.block, facts: { reason: detail.reason } }
  }
}

const headOf = async (ledger: Ledger): Promise<number> => Number(await ledger.request('eth_blockNumber'))

/** Null if they cannot be had: that is a finding, because the issuer has to serve them. */
async function fetchFiles(endpoint: string, root: Hex): Promise<BatchFiles | null> {
  const file = async (half: 'leaves' | 'entries') => {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const response = await fetch(`${endpoint}/manifests/${root}/${half}`, { signal, redirect: 'error' })
    if (response.ok) return readBounded(response.body, MAX_FILE)
    await response.body?.cancel()
    return null
  }
  try {
    const [leaves, entries] = await Promise.all([file('leaves'), file('entries')])
    return leaves && entries && { leaves, entries }
  } catch {
    return null
  }
}

function decrypterOf(pem: string): (entries: Uint8Array) => Promise<Uint8Array> {
  const privateKey = createPrivateKey(pem)
  return entries =>
    decryptJwe(fromUtf8(entries), { kid: undefined, privateKey, methods: ['A256GCM'], maxLength: MAX_FILE })
}

/** A bar for each step, which begins when its length is known. */
class Steps {
  #bar: Progress | undefined

  constructor(
    private readonly context: Context,
    private readonly label: string,
  ) {}

  update(done: number, of: number): void {
    this.#bar ??= new Progress(this.context, this.label, of)
    if (done < of) this.#bar.update(done)
  }

  end(): void {
    this.#bar?.end()
  }
}

/** Lines of the text; `--json` has all of them. */
const SHOWN = 50

function print(context: Context, result: AuditResult, withEntries: boolean): void {
  const { head, time, counts, findings } = result
  const lines = (language: 'ko' | 'en') =>
    findings.slice(0, SHOWN).map(({ rule, block, facts }) => {
      const named = Object.entries(facts).map(([name, value]) => `${name}=${value}`)
      return `  ${rule}  ${language === 'ko' ? '블록' : 'block'} ${block}: ${RULES[rule][language]} ${named.join(' ')}`
    })
  const { batches, journalDays, cards, suspended, reinstated, revoked } = counts
  const more = findings.length - SHOWN
  printResult(context, result, {
    ko: [
      `블록 ${head}까지, ${formatTime(time)} 기준`,
      `배치 ${batches}, 업무일지 ${journalDays}일, 신분증 ${cards ?? '(감사 키 없음)'}, 정지 ${suspended}, 해제 ${reinstated}, 폐기 ${revoked}`,
      findings.length === 0 ? '규칙 위반 없음' : `발견 ${findings.length}건:`,
      ...lines('ko'),
      ...(more > 0 ? [`  … 그 밖에 ${more}건 (--json)`] : []),
      ...(withEntries ? [] : ['항목은 확인하지 않았습니다: --entries 로 감사 키를 지정하십시오.']),
      '원장으로 알 수 없는 것: 신원 확인을 제대로 했는지, 카드에 적힌 사람이 그 사람인지.',
    ].join('\n'),
    en: [
      `up to block ${head}, of ${formatTime(time)}`,
      `${batches} batches, ${journalDays} days of the journal, ${cards ?? '(no key)'} cards, ${suspended} suspended, ${reinstated} reinstated, ${revoked} revoked`,
      findings.length === 0 ? 'no rule was broken' : `${findings.length} findings:`,
      ...lines('en'),
      ...(more > 0 ? [`  … and ${more} more (--json)`] : []),
      ...(withEntries ? [] : ["The entries were not checked: name the auditors' key with --entries."]),
      'No ledger shows whether an identity was checked well, or whether the person of a card is that person.',
    ].join('\n'),
  })
}
