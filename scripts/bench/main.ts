/**
 * `npm run bench`: prints figures and their ratios to the plain P-256 operation, measured in one run. It is not a test.
 * `npm run bench -- --only load` measures one section: credential, proof, in-person, face-to-face, verifier, issuance,
 * counter, provider-stop, loss, renewal or load. `--cards 100000` sets how many cards are renewed. The ratio of an issuance needs the first section.
 */
import { parseArgs } from 'node:util'
import { benchCounter } from './counter.ts'
import { measureCredential } from './credential.ts'
import { faceToFaceLines, measureFaceToFace } from './face-to-face.ts'
import { inPersonLines, measureInPerson } from './in-person.ts'
import { benchIssuance } from './issuance.ts'
import { measureLoss } from './loss.ts'
import { measureProof, proofLines } from './proof.ts'
import { measureProviderStop } from './provider-stop.ts'
import { measureRenewals } from './renewal.ts'
import { type Measured, measureUnderLoad } from './under-load.ts'
import { measureVerifier } from './verifier.ts'

/** Issuances per second, relative to an issuer made of Credo. */
const TIMES_CREDO = 3
/** The most milliseconds from the clerk's press until the wallet has its card. */
const PRESS_TO_CARD = 1_000
/** The most seconds until all cards of a stopped wallet provider are suspended. */
const PROVIDER_STOP = 300
/** The most milliseconds from a telecom's report to the refusal, and to the changed list while the ledger is stopped. */
const LOSS = 5_000
/** Of the rate of others' cards, what must be left while cards are renewed. */
const OTHERS_SHARE = 0.5
/** The most milliseconds of a card and of a suspension, and megabytes of the node, while others load it. */
const UNDER_LOAD = { card: 1_000, suspension: 2_000, megabytes: 700 } as const

const { only, cards: renewedCards } = parseArgs({
  options: { only: { type: 'string' }, cards: { type: 'string', default: '5000' } },
}).values
const wanted = (section: string) => only === undefined || only === section

const fixed = (value: number, digits = 0) => value.toFixed(digits)
let rawSign: number | undefined

if (wanted('credential')) {
  console.log('In process, CPU time of one core, relative to the plain P-256 operation at the same time')
  const inProcess = measureCredential()
  rawSign = inProcess.find(({ name }) => name.includes('issue'))?.raw
  for (const { name, perSecond, ratio, budget } of inProcess) {
    const target = budget === null ? '' : `  (budget ${budget})`
    console.log(`  ${name.padEnd(52)} ${fixed(perSecond).padStart(7)}/s   ${fixed(ratio, 2)} of raw${target}`)
  }
}

if (wanted('proof')) {
  console.log('\nChecks with proved answers, wall time in this process')
  console.log(proofLines(await measureProof()))
}

if (wanted('in-person')) {
  console.log('\nA card shown in person: messages, and frames until a reader has them, one of ten lost, at 12 a second')
  console.log(inPersonLines(await measureInPerson()))
}

if (wanted('face-to-face')) {
  console.log('\nA wallet and a check screen face to face in Chromium, from the camera that is aimed to what is read')
  const measured = await measureFaceToFace()
  console.log(measured ? faceToFaceLines(measured) : '  There is no Chromium: apt-get install chromium')
}

if (wanted('verifier')) {
  console.log('\nA verifier that runs alone, all its requests under way at once, over HTTP on this machine')
  const { requests, made, told, lost, memory, perSecond } = await measureVerifier()
  for (const [name, times] of [
    ['a request is made', made],
    ["a wallet's answer to the caller's verdict", told],
  ] as const) {
    const sorted = [...times].sort((a, b) => a - b)
    const at = (share: number) => fixed(sorted[Math.ceil(sorted.length * share) - 1] as number)
    console.log(`  ${name.padEnd(52)} median ${at(0.5)} ms, p99 ${at(0.99)} ms, of ${times.length}`)
  }
  console.log(`  ${`verdicts, of ${requests} requests`.padEnd(52)} ${fixed(perSecond)}/s, ${lost} lost`)
  console.log(`  ${'memory of the service'.padEnd(52)} at most ${memory} MB`)
}

if (wanted('issuance')) {
  console.log('\nOver HTTP, node and wallets in separate processes on this machine')
  const { ours, credo, atRest } = await benchIssuance()
  for (const { name, issued, perSecond, cpu, median, p95 } of [ours, ...(credo ? [credo] : []), atRest]) {
    const ratio = rawSign ? `   ${fixed((perSecond * rawSign) / 1e6, 4)} of raw P-256 sign` : ''
    const spent = cpu === undefined ? '' : `   ${fixed(cpu, 2)} ms of CPU`
    console.log(
      `  ${name.padEnd(52)} ${fixed(perSecond).padStart(7)}/s${ratio}${spent}   median ${fixed(median)} ms, p95 ${fixed(p95)} ms, of ${issued}`,
    )
  }
  console.log(
    credo
      ? `  ${fixed(ours.perSecond / credo.perSecond, 2)} times Credo  (budget ${TIMES_CREDO})`
      : '  Credo is not installed: npm run setup:credo',
  )
}

if (wanted('counter')) {
  const measured = (await benchCounter()).sort((a, b) => a - b)
  const [median, most] = [measured[Math.floor(measured.length / 2)] as number, measured.at(-1) as number]
  console.log('\nAt the counter, over HTTP on this machine')
  console.log(
    `  ${'same phone to card in the wallet, at rest'.padEnd(52)} median ${fixed(median)} ms, at most ${fixed(most)} ms  (budget ${PRESS_TO_CARD} ms: ${most < PRESS_TO_CARD ? 'met' : 'NOT MET'})`,
  )
}

if (wanted('provider-stop')) {
  console.log('\nA wallet provider is stopped: all its cards are suspended, on the own ledger, in this process')
  const { cards, others, seconds, blocks, meanwhile, wrong, megabytes } = await measureProviderStop()
  const slowest = Math.max(...meanwhile)
  const met = seconds < PROVIDER_STOP && wrong === 0 ? 'met' : 'NOT MET'
  console.log(
    [
      `${`${cards.toLocaleString('en')} of its cards, ${others.toLocaleString('en')} of others`.padEnd(52)} ${fixed(seconds, 1)} s in ${blocks} blocks, ${fixed(cards / seconds)}/s  (budget ${PROVIDER_STOP} s: ${met})`,
      `${'cards with a wrong status afterwards'.padEnd(52)} ${wrong}`,
      `${"a person's suspension meanwhile".padEnd(52)} at most ${fixed(slowest)} ms, of ${meanwhile.length}`,
      `${'memory of the process'.padEnd(52)} ${fixed(megabytes)} MB`,
    ]
      .map(line => `  ${line}`)
      .join('\n'),
  )
}

if (wanted('loss')) {
  console.log('\nLost phones are reported by a telecom, over HTTP on this machine')
  const { replica, list, wrong } = await measureLoss()
  const row = (what: string, all: readonly number[]) => {
    const sorted = all.toSorted((a, b) => a - b)
    const at = (share: number) =>
      fixed(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number)
    const most = sorted.at(-1) as number
    const met = most < LOSS ? 'met' : 'NOT MET'
    return `  ${what.padEnd(52)} p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, at most ${fixed(most)} ms, of ${all.length}  (budget ${LOSS} ms: ${met})`
  }
  console.log(row('report to refusal at an online replica', replica))
  console.log(row('report to the published list, ledger stopped', list))
  console.log(`  ${'cards that the ledger lacks after it is back'.padEnd(52)} ${wrong}`)
}

if (wanted('renewal')) {
  const count = Number(renewedCards)
  console.log(
    '\nCards of one week are renewed at once, over HTTP on this machine; the days after that in simulated time',
  )
  const { alone, meanwhile, beside, afterwards, later, days, wrong, megabytes } = await measureRenewals(count)
  const share = meanwhile.perSecond / alone.perSecond
  const met = share > OTHERS_SHARE && wrong === 0 ? 'met' : 'NOT MET'
  const rate = ({ perSecond, p95 }: typeof alone) => `${fixed(perSecond).padStart(7)}/s   p95 ${fixed(p95)} ms`
  const week = 100_000 / (7 * 86_400)
  console.log(
    [
      `${'cards of others, alone'.padEnd(52)} ${rate(alone)}`,
      `${'cards of others, beside renewals'.padEnd(52)} ${rate(meanwhile)}   ${fixed(share, 2)} of alone  (budget ${OTHERS_SHARE}: ${met})`,
      `${`renewals beside others, of ${count.toLocaleString('en')}`.padEnd(52)} ${fixed(beside).padStart(7)}/s   ${later} times a wallet was asked to come later`,
      ...(afterwards === null
        ? []
        : [
            `${'renewals when nobody else waits'.padEnd(52)} ${fixed(afterwards).padStart(7)}/s   100,000 in ${fixed(100_000 / afterwards / 60)} min; spread over a week they are ${fixed(week, 2)}/s`,
          ]),
      ...days.map(
        ({ day, revoked, suspended, valid }) =>
          `${`old cards after ${day} days`.padEnd(52)} ${revoked} revoked, ${suspended} suspended, ${valid} valid, the others expired`,
      ),
      `${'holders without exactly one usable card'.padEnd(52)} ${wrong}`,
      `${'memory of the process'.padEnd(52)} ${fixed(megabytes)} MB`,
    ]
      .map(line => `  ${line}`)
      .join('\n'),
  )
}

if (wanted('load')) {
  console.log('\nCards and suspensions, over HTTP on this machine')
  const { atRest, underLoad, counts } = await measureUnderLoad()
  printLoad('at rest', atRest)
  printLoad('under load', underLoad, UNDER_LOAD)
  console.log(
    `  The load: ${counts.calls} endless calls ended, ${counts.transactions} transactions that take long in blocks, ${counts.bodies} half-sent bodies, nested JSON`,
  )
}

function printLoad(name: string, { cards, suspensions, memory }: Measured, budgets?: typeof UNDER_LOAD): void {
  const judged = (value: number, budget: number | undefined, unit: string) =>
    budget === undefined ? '' : `  (budget ${budget} ${unit}: ${value < budget ? 'met' : 'NOT MET'})`
  for (const [what, measured, budget] of [
    ['scan to card', cards, budgets?.card],
    ['suspension', suspensions, budgets?.suspension],
  ] as const) {
    const sorted = [...measured].sort((a, b) => a - b)
    const [median, most] = [sorted[Math.floor(sorted.length / 2)] as number, sorted.at(-1) as number]
    const target = judged(most, budget, 'ms')
    console.log(`  ${`${what}, ${name}`.padEnd(52)} median ${fixed(median)} ms, at most ${fixed(most)} ms${target}`)
  }
  console.log(`  ${`memory, ${name}`.padEnd(52)} at most ${memory} MB${judged(memory, budgets?.megabytes, 'MB')}`)
}
