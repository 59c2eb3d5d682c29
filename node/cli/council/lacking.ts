/** What the authority lacks on the ledger, as the commands that propose it. */
import { shellWord } from '../../lib/shell-word.ts'
import type { LackingAct } from '../../registries/deployment/lacking.ts'

/** @param dojang how the command is called, such as `npm run dojang --` */
export function proposalCommand(dojang: string, { act, args, ended }: LackingAct): string {
  const words = Object.entries(args).map(([name, value]) => shellWord(`${name}=${value}`))
  const note = ended ? '   # the ledger had it: find out first why it ended' : ''
  const command = `${dojang} council propose ${act} ${words.join(' ')}`
  if (act !== 'registerKey') return `${command}${note}`
  const made = `${dojang.trim()} key statement --key <its file> --org ${args.org} --uses ${args.uses} > key.statement`
  return `${command} --statement key.statement   # made by: ${made}`
}
