import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import type { Authority } from '../authority/authority.ts'
import type { StartProgress } from '../authority/ports.ts'
import { proposalCommand } from '../cli/council/lacking.ts'
import { shellWord } from '../lib/shell-word.ts'
import type { LackingAct } from '../registries/deployment/lacking.ts'
import { demoNumbers } from './demo.ts'

/** The one-time links of the first accounts. */
export interface FirstLinks {
  readonly administrator: string
  /** Only in demo mode, so that the counter can be tried at once. */
  readonly clerk: string | null
}

/**
 * The text for the operator when the node is ready: addresses, directories, and the next commands.
 * @param lacking what the council has to register on the ledger
 * @param links at the first start
 */
export function banner(
  authority: Authority,
  lacking: readonly LackingAct[],
  links: FirstLinks | null,
  engine = 'embedded, one validator',
): string {
  const { config, profile } = authority
  const facts: readonly (readonly [string, string])[] = [
    ['Public URL', config.publicUrl],
    ...listening(config),
    [
      'Operator',
      `${config.operatorUrl}/counter/ (listens on http://${urlHost(config.operator.host)}:${config.operator.port}, also for metrics)`,
    ],
    ['Wallet', walletAt(config)],
    ['Ledger RPC', `http://127.0.0.1:${config.rpcPort} (chain id ${profile.chainId}, loopback only)`],
    ['Ledger', config.ledgerUrl ?? engine],
    ['Profile key', authority.profileFile.key],
    ['Data', config.data],
  ]
  return [
    '',
    `도장 Dojang is ready · ${config.authority.ko} · ${config.mode} mode`,
    ...modeNotes(config),
    '',
    ...facts.map(([name, value]) => `  ${name.padEnd(12)}${value}`),
    '',
    ...councilSteps(lacking, authority),
    ...enrolment(links),
    ...nextSteps(authority),
    '',
    'Stop with Ctrl-C. Every command explains itself: npm run dojang -- --help',
    '',
  ].join('\n')
}

/** A URL has an IPv6 address in brackets. */
const urlHost = (host: string): string => (isIPv6(host) ? `[${host}]` : host)

/** Where the holders' wallet is, and where its listener is if that does not follow from the address. */
function walletAt({ walletUrl, wallet: { host, port }, tls }: Authority['config']): string {
  const { protocol, port: shown } = new URL(walletUrl)
  if (Number(shown || (protocol === 'https:' ? 443 : 80)) === port) return `${walletUrl}/wallet/`
  const scheme = tls && protocol === 'https:' ? 'https' : 'http'
  return `${walletUrl}/wallet/ (listens on ${scheme}://${urlHost(host)}:${port}, where this address has to lead)`
}

/** Shown if it does not follow from the public URL: behind a proxy, or after a change of the port. */
function listening({ publicUrl, host, port, tls, data }: Authority['config']): [string, string][] {
  const { protocol, port: shown } = new URL(publicUrl)
  const lines: [string, string][] = []
  if (Number(shown || (protocol === 'https:' ? 443 : 80)) !== (tls?.port ?? port)) {
    const at = tls ? `https://${urlHost(host)}:${tls.port}` : `http://${urlHost(host)}:${port}`
    lines.push(['Listens on', `${at}, where the public URL has to lead`])
  }
  if (tls) lines.push(['Also', `http://127.0.0.1:${port}, for this machine`])
  if (tls && !tls.files) lines.push(['Root', `${join(data, 'keys', 'ca.crt')}: clients have to trust it`])
  return lines
}

function modeNotes({ mode, witnesses: { members, quorum } }: Authority['config']): string[] {
  switch (mode) {
    case 'local':
      return members.length === 0
        ? ['  For development: no replicas, no witnesses. Not for real cards.']
        : [`  For development: ${quorum} of ${members.length} witnesses sign each head. Not for real cards.`]
    case 'demo':
      return ['  !! DEMO: everyone in this register is FICTITIOUS (모두 가상 인물). Not for real cards. !!']
    case 'production':
      return []
  }
}

/** The default data directory of `npm run dojang`, because npm runs it in the checkout. */
const USUAL_DATA = join(import.meta.dirname, '..', '..', 'data')

/** How the `dojang` command is called for this data directory. */
const dojangFor = (data: string): string =>
  `    npm run dojang --${data === USUAL_DATA ? '' : ` --data ${shellWord(data)}`}`

function councilSteps(lacking: readonly LackingAct[], { config: { data }, presets }: Authority): string[] {
  if (lacking.length === 0) return []
  return [
    '  The ledger lacks what this version registers for a new authority. Proposals for the council:',
    ...lacking.map(act => proposalCommand(dojangFor(data), act, presets)),
    '',
  ]
}

function enrolment(links: FirstLinks | null): string[] {
  if (links === null) return []
  const { administrator, clerk } = links
  return [
    ...(clerk === null
      ? []
      : [
          '  To try the counter alone, open this in a browser and make a passkey as a clerk (works once, for 24 hours):',
          `    ${clerk}`,
        ]),
    '  The first administrator makes a passkey here (works once, for 24 hours):',
    `    ${administrator}`,
    '',
  ]
}

function nextSteps(authority: Authority): string[] {
  const { mode, data, publicUrl } = authority.config
  const dojang = (command: string) => `${dojangFor(data)} ${command}`
  if (mode === 'demo') {
    return [
      `  Begin here, in a browser on this computer: ${publicUrl}/`,
      '  Or by hand: at the counter, find one of these invented residents by the number (their telephone after #); or offer a card',
      '  in another terminal:',
      ...demoNumbers(authority).map(
        ({ card, personalNumber, line }) =>
          `    echo ${personalNumber} |${dojangFor(data).slice(3)} offer --card ${card}${line ? `   # ${line}` : ''}`,
      ),
      '  What their telephones receive:',
      dojang('lines messages'),
    ]
  }
  return [
    '  Next, in another terminal:',
    dojang('residents generate 100 --out residents.csv   # invented people'),
    dojang('residents import residents.csv'),
    dojang('offer --card resident                      # asks for the personal number'),
  ]
}

/** Shows the progress of a first start (deployment of the contracts) and of an upgrade (migration of the database). */
export function startProgress(out: NodeJS.WriteStream): StartProgress {
  return (task, done, of, step) => {
    if (!out.isTTY) {
      const what = task === 'first start' ? `the ledger knows this authority (${of} steps)` : `${step}, ${of} of ${of}`
      if (done === of) out.write(`${task}: ${what}\n`)
      return
    }
    const bar = '█'.repeat(Math.round((24 * done) / of)).padEnd(24, '░')
    const line = `${task} ${bar} ${done}/${of} ${done === of ? 'done' : step}`
    // A line that wraps cannot be overwritten by \r.
    out.write(`\r\x1b[2K${line.slice(0, Math.max(1, (out.columns || 80) - 1))}${done === of ? '\n' : ''}`)
  }
}
