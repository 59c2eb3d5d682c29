/**
 * A kiosk without a network: it reads the QR codes that a phone shows for `age`, and writes verdicts. Its scanner types
 * each code as a line.
 *
 *   node kiosk.js <folder> <thumbprint of the authority's profile key>
 *
 * Somebody copies `ledger.profile` and `ledger.snapshot` into the folder each day. The kiosk remembers the newest of
 * both, so that nobody can put in an older snapshot in which a lost card is still valid.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import {
  FrameReader,
  judgeOneWay,
  openOfflineVerifier,
  policyOf,
  SeenPresentations,
  systemClock,
} from 'dojang-verifier'

const [folder, pinned] = process.argv.slice(2)
const path = name => join(folder, name)
const remembered = (name, otherwise) =>
  existsSync(path(name)) ? JSON.parse(readFileSync(path(name), 'utf8')) : otherwise
const remember = (name, value) => {
  writeFileSync(path(`${name}.new`), JSON.stringify(value), { flush: true })
  renameSync(path(`${name}.new`), path(name))
}

const newest = remembered('newest.json', { version: 0, block: 0 })
const { verifier, profile, block } = openOfflineVerifier({
  profile: readFileSync(path('ledger.profile'), 'utf8').trim(),
  snapshot: readFileSync(path('ledger.snapshot')),
  pinned,
  minVersion: newest.version,
  minBlock: newest.block,
})
remember('newest.json', { version: profile.version, block })

const preset = verifier.preset('age')
const policy = policyOf(preset, { inPerson: true })
const seen = await SeenPresentations.open({
  read: async () => remembered('seen.json', []),
  write: async list => remember('seen.json', list),
})
const reader = new FrameReader()
console.log(JSON.stringify({ ready: preset.name.ko, block }))
for await (const line of createInterface({ input: process.stdin })) {
  const { complete } = reader.add(line.trim())
  if (!complete) continue
  const verdict = await judgeOneWay(complete, { preset, policy, verifier, seen, clock: systemClock })
  const { outcome, reason, sentence, nextStep, age } = verdict
  // The screen shows the portrait, and the attendant answers: the same person? Nothing of it is stored.
  const portrait = verdict.disclosed?.[0]?.claims.portrait ?? null
  console.log(JSON.stringify({ outcome, reason, sentence: sentence.ko, nextStep: nextStep.ko, age, portrait }))
}
