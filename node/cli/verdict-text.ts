import type { Verdict } from './answers.ts'
import { Exit } from './exit.ts'
import { printable } from './printable.ts'
import { type Bilingual, formatAge, formatTime } from './terminal.ts'

const MARK = { passed: '✓', failed: '✗', not_checked: '·' } as const

/** A verdict as text for a clerk: the sentence, the next step, the block with its age, and the checks. */
export function verdictText(verdict: Verdict): Bilingual {
  const { sentence, nextStep } = verdict
  const name = verdict.reason === null ? verdict.outcome : `${verdict.outcome}/${verdict.reason}`
  const checks = [...verdict.checks, ...verdict.credentials.flatMap(credential => credential.checks)]
    .map(({ name: check, result, facts }) => `  ${MARK[result]} ${check.padEnd(18)}${formatFacts(facts)}`)
    .join('\n')
  const text = (language: 'ko' | 'en') =>
    [`${name}: ${sentence[language]}`, nextStep[language], restsOn(verdict)[language], checks]
      .filter(line => line !== '')
      .join('\n')
  return { ko: text('ko'), en: text('en') }
}

/** A card that could not be checked has another exit code than a card that is refused. */
export function exitOfVerdict(verdict: Verdict): Exit {
  if (verdict.outcome === 'valid') return Exit.done
  return ['unknown', 'retry'].includes(verdict.outcome) ? Exit.undecided : Exit.refused
}

function restsOn({ asOf, age, how }: Verdict): Bilingual {
  if (asOf === null) return { ko: '원장을 읽지 않았습니다.', en: 'The ledger was not read.' }
  const { block, time } = asOf
  const old = formatAge(age ?? 0)
  const trust = how === 'rpc' ? { ko: ', 노드를 신뢰함', en: ', trusting the node' } : { ko: '', en: '' }
  return {
    ko: `블록 ${block} (${formatTime(time)}) 기준, ${old.ko} 전${trust.ko}`,
    en: `As of block ${block} (${formatTime(time)}), ${old.en} old${trust.en}`,
  }
}

function formatFacts(facts: Verdict['checks'][number]['facts']): string {
  return Object.entries(facts)
    .map(([name, value]) => printable(`${name}=${value}`))
    .join(' ')
}
