/** Prints proposals as text and as JSON. */

import { quoted } from '../../lib/quoted.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { isPending, type Proposal } from '../../registries/governance/council.ts'
import { CliError } from '../errors.ts'
import { type Bilingual, formatAge, formatTime } from '../terminal.ts'
import { type KnownNames, sentenceOf } from './sentences.ts'

/** A proposal for `--json`, with integers beyond 2^53 as text. */
export const proposalJson = (proposal: Proposal, knownNames: KnownNames) => ({
  ...proposal,
  act: proposal.act && { ...proposal.act, args: plain(proposal.act.args) },
  sentence: sentenceOf(proposal.act, knownNames),
})

const plain = (args: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, typeof value === 'bigint' ? `${value}` : value]),
  )

export function proposalText(proposal: Proposal, knownNames: KnownNames, now: UnixSeconds): Bilingual {
  const sentence = sentenceOf(proposal.act, knownNames)
  const state = stateOf(proposal, now)
  const { operation, act, proposer, proposedIn, target, data } = proposal
  const call = act
    ? `${act.contract}.${act.name}(${Object.entries(act.args)
        .map(([name, value]) => `${name} ${typeof value === 'string' ? quoted(value) : value}`)
        .join(', ')})`
    : `${target} ${data}`
  const short = operation.slice(0, 14)
  return {
    ko: `${short}  ${state.ko}\n    ${sentence.ko}\n    ${call}\n    제안자 ${proposer}, 블록 ${proposedIn}`,
    en: `${short}  ${state.en}\n    ${sentence.en}\n    ${call}\n    proposed by ${proposer} in block ${proposedIn}`,
  }
}

function stateOf({ state, readyAt, expiresAt, endedIn }: Proposal, now: UnixSeconds): Bilingual {
  const [from, until] = [formatTime(readyAt), formatTime(expiresAt)]
  switch (state) {
    case 'waiting': {
      const left = formatAge(readyAt - now)
      return {
        ko: `대기 중: ${from}부터 실행 가능 (${left.ko} 후)`,
        en: `waiting: can be executed from ${from} (in ${left.en})`,
      }
    }
    case 'ready':
      return { ko: `실행 가능: ${until}까지`, en: `ready: can be executed until ${until}` }
    case 'expired':
      return { ko: `만료됨: ${until}`, en: `expired at ${until}` }
    case 'executed':
      return { ko: `블록 ${endedIn}에서 실행됨`, en: `executed in block ${endedIn}` }
    case 'cancelled':
      return { ko: `블록 ${endedIn}에서 취소됨`, en: `cancelled in block ${endedIn}` }
  }
}

/**
 * The pending proposal whose operation id begins with `prefix`.
 * @throws {CliError} CLI_USAGE if there is none or more than one
 */
export function pendingBy(proposals: readonly Proposal[], prefix: string): Proposal {
  const wanted = prefix.toLowerCase()
  const found = proposals.filter(({ operation }) => wanted.length >= 6 && operation.startsWith(wanted))
  const pending = found.filter(isPending)
  const [only] = pending
  if (only && pending.length === 1) return only
  const last = found.at(-1)
  const why =
    pending.length > 1
      ? `More than one pending proposal begins with ${prefix}. Give more digits.`
      : last
        ? `The proposal ${prefix} is ${last.state}: it is not pending any more.`
        : `No proposal begins with ${prefix}. "dojang council list" shows the pending proposals.`
  throw new CliError({ code: 'CLI_USAGE' }, why)
}
