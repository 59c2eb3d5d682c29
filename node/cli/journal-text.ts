/** What a check of the journal found, for people. */
import type { JournalReport } from '../issuer/journal/check/check.ts'
import type { Finding } from '../issuer/journal/check/finding.ts'
import type { Bilingual } from './terminal.ts'

export function findingText(finding: Finding): Bilingual {
  switch (finding.kind) {
    case 'changed':
      return { ko: `항목 ${finding.entry}: 내용이 바뀌었습니다`, en: `entry ${finding.entry}: changed` }
    case 'removed':
      return { ko: `항목 ${finding.entry}: 삭제되었습니다`, en: `entry ${finding.entry}: removed` }
    case 'added':
      return { ko: `항목 ${finding.entry}: 추가되었습니다`, en: `entry ${finding.entry}: added` }
    case 'reordered': {
      const { entry, found } = finding
      return {
        ko: `항목 ${entry}: 순서가 바뀌었습니다. 원래 ${found}번 항목입니다`,
        en: `entry ${entry}: reordered, it is the entry that had number ${found}`,
      }
    }
    case 'hash-changed':
      return {
        ko: `항목 ${finding.entry}: 내용은 맞고, 저장된 해시가 바뀌었습니다`,
        en: `entry ${finding.entry}: it is unchanged, and the hash that is stored for it was changed`,
      }
    case 'head-changed':
      return {
        ko: `항목 ${finding.entry}: 저장된 마지막 해시와 다릅니다`,
        en: `entry ${finding.entry}: the hash that is stored as the last one is not that of this entry`,
      }
    case 'day-differs': {
      const { day, first, last } = finding
      return {
        ko: `${day}: 항목 ${first}–${last}이(가) 원장에 기록된 것과 다릅니다`,
        en: `${day}: entries ${first} to ${last} are not those that the ledger has`,
      }
    }
    case 'day-moved': {
      const { day, first, last } = finding
      return {
        ko: `${day}: 데이터베이스의 범위가 원장의 ${first}–${last}과(와) 다릅니다`,
        en: `${day}: the database has another range than the ledger, which has entries ${first} to ${last}`,
      }
    }
    case 'second-root': {
      const { day, root, block } = finding
      return { ko: `${day}: 두 번째 루트 ${root}, 블록 ${block}`, en: `${day}: a second root ${root}, block ${block}` }
    }
    case 'overlap': {
      const { day, root, block } = finding
      return {
        ko: `${day}: 다른 날과 겹치거나 이어지지 않습니다. 루트 ${root}, 블록 ${block}`,
        en: `${day}: overlaps with another day or does not follow it, root ${root}, block ${block}`,
      }
    }
    case 'unknown-root': {
      const { root, block } = finding
      return {
        ko: `블록 ${block}: 일지에 없는 루트 ${root}`,
        en: `block ${block}: root ${root}, which no day of the journal has`,
      }
    }
    case 'not-on-ledger':
      return { ko: `${finding.day}: 원장에 없습니다`, en: `${finding.day}: is not on the ledger` }
    case 'disowned':
      return { ko: `${finding.day}: 루트가 철회되었습니다`, en: `${finding.day}: its root was disowned` }
  }
}

export function reportText({ entries, daysOnLedger, provedUntil, block, found, findings }: JournalReport): Bilingual {
  const texts = findings.map(findingText)
  const only = entries - 1 - (provedUntil ?? -1)
  const more = found - findings.length
  const ko = [
    found === 0 ? `이상 없음: 항목 ${entries}개` : `이상 ${found}건, 항목 ${entries}개`,
    ...texts.map(text => `  ${text.ko}`),
    ...(more > 0 ? [`  … 그 밖에 ${more}건`] : []),
    `원장(블록 ${block})이 증명하는 항목: ${provedUntil === null ? '없음' : `${provedUntil}까지`}, ${daysOnLedger}일`,
    ...(only > 0 ? [`그 뒤의 항목 ${only}개는 아직 원장에 없어 해시로만 이어져 있습니다`] : []),
  ]
  const en = [
    found === 0 ? `undamaged: ${entries} entries` : `findings: ${found}, entries: ${entries}`,
    ...texts.map(text => `  ${text.en}`),
    ...(more > 0 ? [`  … and ${more} more`] : []),
    `The ledger (block ${block}) proves ${provedUntil === null ? 'no entry' : `the entries up to ${provedUntil}`}, days: ${daysOnLedger}`,
    ...(only > 0 ? [`The ${only} entries after that are only chained: their days are not on the ledger yet`] : []),
  ]
  return { ko: ko.join('\n'), en: en.join('\n') }
}
