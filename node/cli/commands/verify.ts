import { setTimeout } from 'node:timers/promises'
import { type Command, InvalidArgumentError } from 'commander'
import { Presentation, PresentationRequest, type Verdict } from '../answers.ts'
import { Exit } from '../exit.ts'
import type { NodeClient } from '../node-client.ts'
import { showQr } from '../qr.ts'
import type { Outcome } from '../run.ts'
import { type Context, formatTime, printResult, say } from '../terminal.ts'
import { exitOfVerdict, verdictText } from '../verdict-text.ts'
import { type ContextOf, examples, nodeOf } from './context.ts'

/** The node holds a question open for at most this long (s). */
const POLL = 25
/** Between two questions: a node that does not hold them open must not be asked without end. */
const PAUSE_MS = 200

export function addVerifyCommands(program: Command, contextOf: ContextOf, outcome: Outcome): void {
  program
    .command('verify')
    .description('ask for a card: shows the request as a QR code and a URL, waits for the wallet, tells the verdict')
    .requiredOption('--preset <name>', 'what is asked, and why: bank, age, …')
    .option(
      '--wait [seconds]',
      'how long to wait for the wallet; 0 prints the request and leaves (default: until it expires)',
      parseSeconds,
    )
    .addHelpText(
      'after',
      examples(
        'dojang verify --preset bank',
        'dojang verify --preset bank --wait 0 --json | jq -r .requestUrl',
        'dojang verify --preset bank --wait 60 --json && echo welcome',
      ),
    )
    .action(async ({ preset, wait }: { preset: string; wait?: number | true }, command: Command) => {
      const context = contextOf(command)
      const node = nodeOf(context)
      const request = await node.post('/operator/presentations', { preset }, PresentationRequest)
      if (wait === 0) {
        printResult(context, request, { ko: request.requestUrl, en: request.requestUrl })
        say(context, {
          ko: `${formatTime(request.expiresAt)}까지 유효합니다. 결과: dojang verdict ${request.id}`,
          en: `Good until ${formatTime(request.expiresAt)}. The result: dojang verdict ${request.id}`,
        })
        return
      }
      await showQr(context.terminal.stderr, request.requestUrl)
      say(context, {
        ko: `${request.requestUrl}\n지갑으로 QR을 찍거나 위 주소를 여십시오. ${formatTime(request.expiresAt)}까지 기다립니다…`,
        en: `${request.requestUrl}\nScan it with the wallet, or open the URL in it. Waiting until ${formatTime(request.expiresAt)}…`,
      })
      const now = Date.now() / 1000
      const until = typeof wait === 'number' ? now + wait : Math.max(request.expiresAt, now) + 2
      await tell(context, request.id, await awaitVerdict(node, request.id, until), outcome)
    })

  program
    .command('verdict')
    .description('the verdict on an earlier `verify --wait 0`')
    .argument('<id>', 'request id, as `verify` printed it')
    .option('--wait <seconds>', 'how long to wait for the wallet', parseSeconds, 0)
    .addHelpText('after', examples('dojang verdict 5aZ…', 'dojang verdict 5aZ… --wait 30 --json'))
    .action(async (id: string, { wait }: { wait: number }, command: Command) => {
      const context = contextOf(command)
      await tell(context, id, await awaitVerdict(nodeOf(context), id, Date.now() / 1000 + wait), outcome)
    })
}

async function awaitVerdict(node: NodeClient, id: string, until: number): Promise<Verdict | undefined> {
  for (;;) {
    const left = Math.max(0, Math.floor(until - Date.now() / 1000))
    const path = `/operator/presentations/${encodeURIComponent(id)}?wait=${Math.min(POLL, left)}`
    const { verdict } = await node.get(path, Presentation)
    if (verdict || left === 0) return verdict
    await setTimeout(PAUSE_MS)
  }
}

async function tell(context: Context, id: string, verdict: Verdict | undefined, outcome: Outcome): Promise<void> {
  if (verdict) {
    outcome.exit = exitOfVerdict(verdict)
    printResult(context, { id, state: 'done', verdict }, verdictText(verdict))
    return
  }
  outcome.exit = Exit.undecided
  printResult(
    context,
    { id, state: 'pending' },
    {
      ko: '시간 안에 제시된 신분증이 없습니다. 다시 시도하려면 같은 명령을 실행하십시오.',
      en: 'No card was presented in time. To try again, run the same command.',
    },
  )
}

function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (!/^\d+$/.test(text) || seconds > 3600) throw new InvalidArgumentError('seconds are a number from 0 to 3600.')
  return seconds
}
