/**
 * `npm run bench`: figures, and their ratios to what the machine itself can do, in one run. It is never run as a test.
 */
import { measureCredential } from './credential.ts'
import { benchIssuance } from './issuance.ts'
import { measureProof, proofLines } from './proof.ts'

const fixed = (value: number, digits = 0) => value.toFixed(digits)

console.log('In process, CPU time of one core, against the bare P-256 operation in the same seconds')
const inProcess = measureCredential()
for (const { name, perSecond, ratio, budget } of inProcess) {
  const target = budget === null ? '' : `  (budget ${budget})`
  console.log(`  ${name.padEnd(52)} ${fixed(perSecond).padStart(7)}/s   ${fixed(ratio, 2)} of raw${target}`)
}

console.log('\nWhere every answer is proved, wall time in this process')
console.log(proofLines(await measureProof()))

console.log('\nOver HTTP, node and wallets in processes of their own on this machine')
const rawSign = inProcess.find(({ name }) => name.includes('issue'))
for (const { name, issued, perSecond, median, p95 } of await benchIssuance()) {
  const ratio = rawSign ? `   ${fixed((perSecond * rawSign.raw) / 1e6, 4)} of raw P-256 sign` : ''
  console.log(
    `  ${name.padEnd(52)} ${fixed(perSecond).padStart(7)}/s${ratio}   median ${fixed(median)} ms, p95 ${fixed(p95)} ms, of ${issued}`,
  )
}
