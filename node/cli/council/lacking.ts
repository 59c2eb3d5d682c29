/** What the authority lacks on the ledger, as the commands that propose it. */
import { shellWord } from '../../lib/shell-word.ts'
import type { LackingAct } from '../../registries/deployment/lacking.ts'
import type { Presets } from '../../verifier/presets/presets.ts'
import { requestPurposeOf } from '../../verifier/presets/request-policy.ts'

/**
 * @param dojang how the command is called, such as `npm run dojang --`
 * @param presets names the preset whose request policy is granted
 */
export function proposalCommand(dojang: string, { act, args, ended }: LackingAct, presets?: Presets): string {
  const words = Object.entries(args).map(([name, value]) => shellWord(`${name}=${value}`))
  const preset = presets?.all.find(each => act === 'grant' && requestPurposeOf(each) === args.purpose)
  const notes = [
    ...(preset ? [`the preset ${preset.id}`] : []),
    ...(ended ? ['the ledger had it: find out first why it ended'] : []),
  ]
  const note = notes.length > 0 ? `   # ${notes.join('; ')}` : ''
  const command = `${dojang} council propose ${act} ${words.join(' ')}`
  if (act !== 'registerKey') return `${command}${note}`
  const made = `${dojang.trim()} key statement --key <its file> --org ${args.org} --uses ${args.uses} > key.statement`
  return `${command} --statement key.statement   # made by: ${made}`
}
