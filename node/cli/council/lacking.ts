/** What the authority lacks on the ledger, as the commands that propose it. */
import { shellWord } from '../../lib/shell-word.ts'
import type { LackingAct } from '../../registries/deployment/lacking.ts'

/** @param dojang how the command is called, such as `npm run dojang --` */
export function proposalCommand(dojang: string, { act, args, ended }: LackingAct): string {
  const words = Object.entries(args).map(([name, value]) => shellWord(`${name}=${value}`))
  const note = ended ? '   # the ledger had it: find out first why it ended' : ''
  return `${dojang} council propose ${act} ${words.join(' ')}${note}`
}
