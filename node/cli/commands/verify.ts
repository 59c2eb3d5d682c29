import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { readCards } from '../../config/cards.ts'
import { readPresets } from '../../config/presets.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import { allPresets } from '../../verifier/presets/all.ts'
import { Presentation, PresentationRequest } from '../answers.ts'
import { disclosedText, writePortrait } from '../disclosed.ts'
import { CliError } from '../errors.ts'
import { Exit } from '../exit.ts'
import type { NodeClient } from '../node-client.ts'
import type { Outcome } from '../outcome.ts'
import { ownWallet } from '../own-wallet.ts'
import { showQr } from '../qr.ts'
import { type Context, formatTime, printResult, say } from '../terminal.ts'
import { exitOfVerdict, verdictText } from '../verdict-text.ts'
import { type ContextOf, examples, nodeOf } from './context.ts'

const OWN_PRESETS = allPresets.map(({ id }) => `"${id}"`).join(', ')

/** Length of a long poll, in seconds: less than the node's limit. */
const POLL = 25
/** Milliseconds between two polls, for a node that answers a long poll at once. */
const PAUSE_MS = 200

export function addVerifyCommands(program: Command, contextOf: ContextOf, outcome: Outcome): void {
  program
    .command('verify')
    .description('request a card: shows the request as a QR code and a URL, waits for the wallet, prints the verdict')
    .addOption(
      new Option(
        '--preset <name>',
        `the requested claims and the purpose: ${OWN_PRESETS}, or one of the install's files`,
      ).makeOptionMandatory(),
    )
    .option(
      '--wait [seconds]',
      'how long to wait for the wallet; 0 prints the request and exits (default: until it expires)',
      parseSeconds,
    )
    .option('--card <id>', 'request only this card of the preset (default: any of them)')
    .option('--in-person', 'the holder is present: requests the portrait too, which you compare with the person first')
    .addOption(showOption())
    .addOption(portraitOption())
    .addHelpText(
      'after',
      examples(
        'dojang verify --preset bank',
        'dojang verify --preset bank --in-person --show --portrait face.jpg',
        'dojang verify --preset bank --card driver',
        'dojang verify --preset bank --wait 0 --json | jq -r .requestUrl',
        'dojang verify --preset bank --wait 60 --json && echo welcome',
      ),
    )
    .action(async ({ preset, card, wait, inPerson, ...shown }: VerifyOptions, command: Command) => {
      const context = contextOf(command)
      requirePreset(context.data, preset, card)
      const node = nodeOf(context)
      requirePlace(shown)
      outcome.refusal = Exit.undecided
      const request = await node.post(
        '/operator/presentations',
        { preset, device: 'other', ...(card !== undefined && { card }), ...(inPerson && { inPerson }) },
        PresentationRequest,
      )
      const page = ownWallet(context.data, request.requestUrl)
      const pageLine = {
        ko: page === null ? '' : `${page} (이 설치의 지갑)\n`,
        en: page === null ? '' : `${page} (the wallet of this install)\n`,
      }
      if (wait === 0) {
        const printed = page === null ? request : { ...request, walletRequestUrl: page }
        printResult(context, printed, { ko: request.requestUrl, en: request.requestUrl })
        say(context, {
          ko: `${pageLine.ko}${formatTime(request.expiresAt)}까지 유효합니다. 결과: dojang verdict ${request.id}`,
          en: `${pageLine.en}Valid until ${formatTime(request.expiresAt)}. To see the result: dojang verdict ${request.id}`,
        })
        return
      }
      await showQr(context.terminal.stderr, request.requestUrl)
      const now = context.clock()
      const end = typeof wait === 'number' ? now + wait : Math.max(request.expiresAt, now)
      say(context, {
        ko: `${request.requestUrl}\n${pageLine.ko}지갑으로 QR을 찍거나 위 주소를 여십시오. ${formatTime(end)}까지 기다립니다…`,
        en: `${request.requestUrl}\n${pageLine.en}Scan it with the wallet, or open the URL in it. Waiting until ${formatTime(end)}…`,
      })
      // If no wallet answers, the node has the verdict `timed_out` shortly after the expiry.
      const until = typeof wait === 'number' ? end : end + 2
      await printPresentation(
        context,
        request.id,
        await awaitVerdict(node, context.clock, request.id, until),
        shown,
        outcome,
      )
    })

  program
    .command('verdict')
    .description('show the verdict on an earlier `verify --wait 0`')
    .argument('<id>', 'request id, as `verify` printed it')
    .option('--wait <seconds>', 'how long to wait for the wallet', parseSeconds, 0)
    .addOption(showOption())
    .addOption(portraitOption())
    .addHelpText('after', examples('dojang verdict 5aZ…', 'dojang verdict 5aZ… --wait 30 --json'))
    .action(async (id: string, { wait, ...shown }: ShowOptions & { wait: number }, command: Command) => {
      const context = contextOf(command)
      requirePlace(shown)
      outcome.refusal = Exit.undecided
      await printPresentation(
        context,
        id,
        await awaitVerdict(nodeOf(context), context.clock, id, context.clock() + wait),
        shown,
        outcome,
      )
    })
}

interface ShowOptions {
  readonly show?: boolean
  readonly portrait?: string
}

interface VerifyOptions extends ShowOptions {
  readonly preset: string
  readonly card?: string
  readonly wait?: number | true
  readonly inPerson?: boolean
}

/** The node delivers only the claims of a valid card, once, and deletes them soon. */
const NOTHING_SHOWN = {
  ko: '보여 줄 내용이 없습니다: 유효한 신분증의 내용은 한 번만, 2분 안에 볼 수 있습니다.',
  en: 'Nothing to show: the claims of a valid card can be read only once, within two minutes.',
}

/** @throws {CliError} CLI_USAGE */
function requirePreset(data: string, id: string, card: string | undefined): void {
  const presets = readPresets(data, readCards(data))
  const preset = presets.byId(id)
  if (!preset) {
    throw new CliError({ code: 'CLI_USAGE' }, `There is no preset ${id}. This install has: ${presets.ids.join(', ')}`)
  }
  const cards = preset.cards.map(each => each.card)
  if (card === undefined || cards.includes(card)) return
  throw new CliError(
    { code: 'CLI_USAGE' },
    `The preset ${id} does not request the card ${card}. It requests: ${cards.join(', ')}`,
  )
}

/** Called before the request, since a portrait is delivered only once. Throws the system's error for the path. */
function requirePlace({ portrait }: ShowOptions): void {
  if (portrait === undefined) return
  accessSync(dirname(portrait), constants.W_OK)
}

const showOption = () =>
  new Option('--show', 'print the claims of a valid card; they can be read only once and are not stored')
const portraitOption = () => new Option('--portrait <file>', 'write the portrait of a valid card there')

async function awaitVerdict(node: NodeClient, clock: Clock, id: string, until: UnixSeconds): Promise<Presentation> {
  for (;;) {
    const left = Math.max(0, until - clock())
    const path = `/operator/presentations/${encodeURIComponent(id)}?wait=${Math.min(POLL, left)}`
    const answer = await node.get(path, Presentation)
    if (answer.verdict || left === 0) return answer
    await setTimeout(PAUSE_MS)
  }
}

async function printPresentation(
  context: Context,
  id: string,
  { verdict, disclosed }: Presentation,
  { show = false, portrait }: ShowOptions,
  outcome: Outcome,
): Promise<void> {
  if (verdict) {
    outcome.exit = exitOfVerdict(verdict)
    const text = verdictText(verdict)
    const claims = disclosed ? { ko: disclosedText(disclosed), en: disclosedText(disclosed) } : NOTHING_SHOWN
    const json = { id, state: 'done', verdict, ...(show && { disclosed: disclosed ?? null }) }
    printResult(context, json, {
      ko: show ? `${text.ko}\n${claims.ko}` : text.ko,
      en: show ? `${text.en}\n${claims.en}` : text.en,
    })
    if (portrait === undefined) return
    const written = writePortrait(disclosed ?? [], portrait)
    say(context, {
      ko: written ? `사진: ${portrait} (비교한 뒤 지우십시오)` : `사진이 제시되지 않았습니다 (--in-person으로 요청)`,
      en: written
        ? `portrait: ${portrait} (compare it, then delete it)`
        : 'no portrait was disclosed (request it with --in-person)',
    })
    return
  }
  outcome.exit = Exit.undecided
  printResult(
    context,
    { id, state: 'pending' },
    {
      ko: `시간 안에 제시된 신분증이 없습니다. 같은 요청을 더 기다리려면: dojang verdict ${id} --wait 60`,
      en: `No card was presented in time. To wait longer for the same request: dojang verdict ${id} --wait 60`,
    },
  )
}

function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (!/^\d+$/.test(text) || seconds > 3600) throw new InvalidArgumentError('seconds are a number from 0 to 3600.')
  return seconds
}
