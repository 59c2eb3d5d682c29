/** `dojang preset`: the presets of an install. A running node reads them at its next start. */
import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { readCards } from '../../config/cards.ts'
import { presetsDirectory, readPresets, withPresetFile } from '../../config/presets.ts'
import { writeDurably } from '../../keys/files.ts'
import { policyPurpose } from '../../verifier/asker/policy.ts'
import type { Preset } from '../../verifier/presets/preset.ts'
import { requestPolicyOf, requestPurposeOf } from '../../verifier/presets/request-policy.ts'
import { proposalCommand } from '../council/lacking.ts'
import { CliError } from '../errors.ts'
import { installConfig } from '../install.ts'
import { aligned } from '../table.ts'
import { type Bilingual, type Language, printResult } from '../terminal.ts'
import { type ContextOf, examples } from './context.ts'

/** The authority's number in the trust registry. */
const ORG = '1'

export function addPresets(program: Command, contextOf: ContextOf): void {
  const preset = program.command('preset').description('what counters ask for: docs/presets.md describes the files')
  preset.addHelpText(
    'after',
    examples('dojang preset check library.json', 'dojang preset add library.json', 'dojang preset list'),
  )

  preset
    .command('check')
    .description('check a preset, and show what it asks for and the policy that the council grants')
    .argument('<file>', 'the JSON file')
    .addHelpText('after', examples('dojang preset check library.json', 'dojang preset check library.json --json'))
    .action((file: string, _options: unknown, command: Command) => {
      const context = contextOf(command)
      const { preset } = withPresetFile(context.data, file, readCards(context.data))
      const policy = requestPolicyOf(preset)
      const purpose = policyPurpose(policy)
      const shown = (language: Language) =>
        [heading(preset, language), ...cardLines(preset), '', policy, purpose].join('\n')
      printResult(context, { preset, policy, purpose }, { ko: shown('ko'), en: shown('en') })
    })

  preset
    .command('add')
    .description('store a preset in the install, and print what the council has to grant')
    .argument('<file>', 'the JSON file')
    .addHelpText('after', examples('dojang preset add library.json'))
    .action((file: string, _options: unknown, command: Command) => {
      const context = contextOf(command)
      const { data } = installConfig(context.data, 'Start a node first, or name its directory with --data DIR.')
      const { preset } = withPresetFile(data, file, readCards(data))
      const stored = join(presetsDirectory(data), `${preset.id}.json`)
      if (existsSync(stored) && resolve(stored) !== resolve(file)) throw taken(stored)
      mkdirSync(presetsDirectory(data), { recursive: true, mode: 0o700 })
      writeDurably(stored, JSON.stringify(preset, null, 2))
      const purpose = requestPurposeOf(preset)
      const proposal = proposalCommand('dojang', {
        act: 'grant',
        args: { org: ORG, purpose, until: 'never' },
        ended: false,
      })
      const result = { preset: preset.id, file: stored, purpose, proposal }
      printResult(context, result, addedText(preset, stored, proposal))
    })

  preset
    .command('list')
    .description("list the presets of the install: the program's own, and those of its files")
    .addHelpText('after', examples('dojang preset list', 'dojang preset list --json'))
    .action((_options: unknown, command: Command) => {
      const context = contextOf(command)
      const { all } = readPresets(context.data, readCards(context.data))
      const listed = all.map(one => ({ id: one.id, name: one.name, purpose: requestPurposeOf(one) }))
      const text = (language: Language) =>
        aligned(listed.map(({ id, name, purpose }) => [id, name[language], purpose])).join('\n')
      printResult(context, { presets: listed }, { ko: text('ko'), en: text('en') })
    })
}

/** A file of that name defines another preset. */
function taken(path: string): CliError {
  const reason = 'another preset is in this file'
  return new CliError(
    { code: 'CLI_INPUT', path, reason },
    `${path}: ${reason}. Name that file after the preset it defines.`,
  )
}

function heading({ id, name, purpose, portrait, anchor, maxAge, oneWay }: Preset, language: Language): string {
  const words = {
    ko: [
      portrait === 'in_person' ? '대면 시 사진 요청' : '사진 요청 안 함',
      anchor === 'always' ? '원장 영수증 필수' : '원장 영수증은 필요할 때만',
      `원장 정보는 ${maxAge}초까지`,
      oneWay ? '일방향 제시 허용' : '일방향 제시 불가',
    ],
    en: [
      portrait === 'in_person' ? 'portrait in person' : 'no portrait',
      anchor === 'always' ? 'receipt required' : 'receipt only where needed',
      `ledger data up to ${maxAge} s old`,
      oneWay ? 'one-way accepted' : 'no one-way',
    ],
  }
  return `${name[language]} (${id}): ${purpose[language]}\n${words[language].join(' · ')}\n`
}

const cardLines = ({ cards }: Preset): string[] =>
  aligned(cards.map(({ card, vct, claims }) => [card, vct, claims.map(path => path.join('/')).join(', ')]))

const addedText = ({ name }: Preset, file: string, proposal: string): Bilingual => ({
  ko: [
    `${name.ko}: ${file}에 저장했습니다.`,
    '1. 협의회가 다음을 제안하고 집행해야 합니다(docs/council.md):',
    `   ${proposal}`,
    '2. 노드를 다시 시작하십시오. 실행 중인 노드는 새 확인 유형을 알지 못합니다.',
  ].join('\n'),
  en: [
    `${name.en}: stored in ${file}.`,
    '1. The council has to propose and execute this (docs/council.md):',
    `   ${proposal}`,
    '2. Start the node again. A running node does not know the new preset.',
  ].join('\n'),
})
