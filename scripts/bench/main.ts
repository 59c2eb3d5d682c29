/**
 * `npm run bench`: prints figures and their ratios to the plain P-256 operation, measured in one run. It is not a test.
 * `npm run bench -- --only calls` measures one section: credential, proof, issuance or calls. The ratio of an issuance
 * needs the first section.
 */
import { parseArgs } from 'node:util'
import { measureCredential } from './credential.ts'
import { benchIssuance } from './issuance.ts'
import { measureProof, proofLines } from './proof.ts'
import { measureUnderCalls } from './under-calls.ts'

/** Issuances per second, relative to an issuer made of Credo. */
const TIMES_CREDO = 3
/** Milliseconds from scan to card while others call the ledger. */
const UNDER_CALLS = 1_000

const { only } = parseArgs({ options: { only: { type: 'string' } } }).values
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

if (wanted('calls')) {
  console.log('\nScan to card in the wallet, over HTTP on this machine')
  const { atRest, underCalls, ended, memory } = await measureUnderCalls()
  for (const [name, measured, note] of [
    ['at rest', atRest, `${memory[0]} MB`],
    ['while 40 connections call the ledger without end', underCalls, `${memory[1]} MB, ${ended} calls ended`],
  ] as const) {
    const sorted = [...measured].sort((a, b) => a - b)
    const [median, most] = [sorted[Math.floor(sorted.length / 2)] as number, sorted.at(-1) as number]
    const budget =
      measured === underCalls ? `  (budget ${UNDER_CALLS} ms: ${most < UNDER_CALLS ? 'met' : 'NOT MET'})` : ''
    console.log(`  ${name.padEnd(52)} median ${fixed(median)} ms, at most ${fixed(most)} ms${budget}   ${note}`)
  }
}
