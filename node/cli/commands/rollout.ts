import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { parseRollout, type RolloutPolicy } from '../../issuer/rollout/policy.ts'
import { RolloutAnswer } from '../answers.ts'
import { fileFailure } from '../file-failure.ts'
import { printResult } from '../terminal.ts'
import { type ContextOf, examples, nodeOf } from './context.ts'

export function addRollout(program: Command, contextOf: ContextOf): void {
  const rollout = program
    .command('rollout')
    .description('the roll-out policy: from when, where and by whom a card may be applied for')

  rollout
    .command('check')
    .description('check a policy file; changes nothing and needs no node')
    .argument('<file>', 'the policy, JSON')
    .addHelpText('after', examples('dojang rollout check rollout.json'))
    .action((file: string, _options, command: Command) => {
      const policy = parseRollout(read(file))
      printResult(contextOf(command), { valid: true, ...countsOf(policy) }, text(policy))
    })

  rollout
    .command('set')
    .description('put a policy into force, at once and without a restart')
    .argument('<file>', 'the policy, JSON')
    .addHelpText('after', examples('dojang rollout set rollout.json'))
    .action(async (file: string, _options, command: Command) => {
      const context = contextOf(command)
      const content = read(file)
      const policy = parseRollout(content)
      await nodeOf(context).post('/operator/rollout', { file: content }, RolloutAnswer)
      printResult(context, { set: true, ...countsOf(policy) }, text(policy))
    })

  rollout
    .command('show')
    .description('show the policy in force')
    .addHelpText('after', examples('dojang rollout show', 'dojang rollout show --json > rollout.json'))
    .action(async (_options, command: Command) => {
      const context = contextOf(command)
      const { policy } = await nodeOf(context).get('/operator/rollout', RolloutAnswer)
      if (policy === null) {
        return printResult(context, null, {
          ko: '시행 정책이 없습니다. 모든 신청을 어디서나 받습니다.',
          en: 'There is no policy: everything is allowed everywhere.',
        })
      }
      printResult(context, policy, text(parseRollout(JSON.stringify(policy))))
    })
}

/** @throws {CliError} CLI_INPUT */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw fileFailure(error, file)
  }
}

const countsOf = ({ phases, municipalities, centres }: RolloutPolicy) => ({
  phases: phases.length,
  municipalities: municipalities.length,
  centres: centres.length,
})

function text(policy: RolloutPolicy): { ko: string; en: string } {
  const { phases, municipalities, centres } = countsOf(policy)
  return {
    ko: [
      `단계 ${phases}, 시·군·구 ${municipalities}, 신청 창구 ${centres}`,
      ...policy.phases.map(phase => {
        const { from, until, channels, who, where } = phase
        const whom = who === 'anyone' ? '누구나' : `${areas(phase, '전국')} 주민`
        const own = who === 'anyone' ? `${areas(phase, '전국')} 창구에서` : '주소지 관할 창구에서'
        const at = where === 'any-centre' ? '어느 창구에서나' : own
        return `  ${from} ~ ${until ?? ''}  ${channels.join(', ')}  ${whom}, ${at}`
      }),
      ...centresOf(policy, 'ko'),
    ].join('\n'),
    en: [
      `${phases} phases, ${municipalities} municipalities, ${centres} centres`,
      ...policy.phases.map(phase => {
        const { from, until, channels, who, where } = phase
        const whom = who === 'anyone' ? 'anyone' : `residents of ${areas(phase, 'all municipalities')}`
        const own = who === 'anyone' ? areas(phase, 'any municipality') : 'their municipality'
        const at = where === 'any-centre' ? 'at any centre' : `at a centre of ${own}`
        return `  ${from} – ${until ?? ''}  ${channels.join(', ')}  ${whom}, ${at}`
      }),
      ...centresOf(policy, 'en'),
    ].join('\n'),
  }
}

/** More than a screen has room for: `--json` prints them all. */
const MOST_CENTRES = 30

/** The id of each centre, which an invitation of a clerk names. */
function centresOf({ centres }: RolloutPolicy, language: 'ko' | 'en'): string[] {
  const shown = centres.slice(0, MOST_CENTRES).map(centre => `  ${centre.id}  ${centre[language]}`)
  const more = centres.length - shown.length
  if (more === 0) return shown
  return [...shown, language === 'ko' ? `  … 외 ${more}곳: --json` : `  … and ${more} more: --json`]
}

const areas = ({ municipalities }: RolloutPolicy['phases'][number], all: string): string =>
  municipalities === 'all' ? all : municipalities.join(' ')
