/** `dojang card`: the card definitions of an install. A running node reads them at its next start. */
import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { cardsDirectory, readCards, withCardFile } from '../../config/cards.ts'
import { type CardDefinition, claimName } from '../../credential/card.ts'
import { typeMetadata } from '../../credential/type-metadata.ts'
import { writeDurably } from '../../keys/files.ts'
import { fromUtf8 } from '../../lib/bytes.ts'
import { proposalCommand } from '../council/lacking.ts'
import { CliError } from '../errors.ts'
import { installConfig } from '../install.ts'
import { aligned } from '../table.ts'
import { type Bilingual, type Language, printResult } from '../terminal.ts'
import { type ContextOf, examples } from './context.ts'

/** The authority's number in the trust registry. */
const ORG = '1'

/** @returns the command, for those about chips */
export function addCards(program: Command, contextOf: ContextOf): Command {
  const card = program
    .command('card')
    .description('card definitions (docs/cards.md), and the chips of identity cards (docs/chip.md)')
  card.addHelpText(
    'after',
    examples('dojang card check student.json', 'dojang card add student.json', 'dojang card list'),
  )

  card
    .command('check')
    .description('check a card definition, and show its claims and the type metadata that wallets read')
    .argument('<file>', 'the JSON file')
    .addHelpText('after', examples('dojang card check student.json', 'dojang card check student.json --json'))
    .action((file: string, _options: unknown, command: Command) => {
      const context = contextOf(command)
      const { card } = withCardFile(context.data, file).added
      const { bytes, integrity } = typeMetadata(card)
      const metadata: unknown = JSON.parse(fromUtf8(bytes))
      const shown = (language: Language) =>
        [heading(card, language), claimTable(card, language), '', JSON.stringify(metadata, null, 2), integrity].join(
          '\n',
        )
      printResult(context, { card, metadata, integrity }, { ko: shown('ko'), en: shown('en') })
    })

  card
    .command('add')
    .description('store a card definition in the install, and print what the council has to grant')
    .argument('<file>', 'the JSON file')
    .addHelpText('after', examples('dojang card add student.json'))
    .action((file: string, _options: unknown, command: Command) => {
      const context = contextOf(command)
      const { data } = installConfig(context.data, 'Start a node first, or name its directory with --data DIR.')
      const { card } = withCardFile(data, file).added
      const stored = join(cardsDirectory(data), `${card.id}.json`)
      if (existsSync(stored) && resolve(stored) !== resolve(file)) throw taken(stored)
      mkdirSync(cardsDirectory(data), { recursive: true, mode: 0o700 })
      writeDurably(stored, JSON.stringify(card, null, 2))
      const grant = {
        act: 'grant',
        args: { org: ORG, purpose: `issue:${card.vct}`, until: 'never' },
        ended: false,
      } as const
      const proposal = proposalCommand('dojang', grant)
      printResult(context, { card: card.id, vct: card.vct, file: stored, proposal }, addedText(card, stored, proposal))
    })

  card
    .command('list')
    .description("list the cards of the install: the program's own, and those of its files")
    .addHelpText('after', examples('dojang card list', 'dojang card list --json'))
    .action((_options: unknown, command: Command) => {
      const context = contextOf(command)
      const { all } = readCards(context.data)
      const listed = all.map(({ id, vct, display }) => ({ id, vct, name: display.name }))
      const text = (language: Language) =>
        aligned(listed.map(({ id, vct, name }) => [id, vct, name[language]])).join('\n')
      printResult(context, { cards: listed }, { ko: text('ko'), en: text('en') })
    })
  return card
}

/** A file of that name defines another card. */
function taken(path: string): CliError {
  const reason = 'another card is in this file'
  return new CliError(
    { code: 'CLI_INPUT', path, reason },
    `${path}: ${reason}. Name that file after the card it defines.`,
  )
}

function heading({ id, vct, display, minimumAge, applications }: CardDefinition, language: Language): string {
  const fees = applications.map(({ kind, fee }) => `${kind} ${fee}`).join(', ')
  const words = {
    ko: `만 ${minimumAge}세 이상 · 수수료(원): ${fees}`,
    en: `from the age of ${minimumAge} · fees in won: ${fees}`,
  }
  return `${display.name[language]} (${id}, ${vct})\n${words[language]}\n`
}

const HEADS: Readonly<Record<Language, readonly string[]>> = {
  ko: ['항목', '이름', '형식', '필수', '공개', '출처'],
  en: ['claim', 'label', 'kind', 'required', 'disclosure', 'source'],
}
const WORDS = {
  ko: { yes: '예', no: '아니오', always: '항상', selective: '선택' },
  en: { yes: 'yes', no: 'no', always: 'always', selective: 'selective' },
} as const

function claimTable({ claims }: CardDefinition, language: Language): string {
  const words = WORDS[language]
  const rows = claims.map(claim => [
    ...[claimName(claim), claim.display[language], claim.kind, claim.required ? words.yes : words.no],
    ...[words[claim.disclosure], claim.source],
  ])
  return aligned([HEADS[language], ...rows]).join('\n')
}

const addedText = ({ display }: CardDefinition, file: string, proposal: string): Bilingual => ({
  ko: [
    `${display.name.ko}: ${file}에 저장했습니다.`,
    '1. 협의회가 다음을 제안하고 집행해야 합니다(docs/council.md):',
    `   ${proposal}`,
    '2. 노드를 다시 시작하십시오. 실행 중인 노드는 새 신분증을 알지 못합니다.',
    '3. 이 신분증의 열이 든 등록부를 가져오십시오: dojang residents import FILE',
  ].join('\n'),
  en: [
    `${display.name.en}: stored in ${file}.`,
    '1. The council has to propose and execute this (docs/council.md):',
    `   ${proposal}`,
    '2. Start the node again. A running node does not know the new card.',
    "3. Import a register with this card's columns: dojang residents import FILE",
  ].join('\n'),
})
