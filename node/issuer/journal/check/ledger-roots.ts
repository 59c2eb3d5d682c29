import type { AnchorLogEvent } from '../../../proof/registries/events/anchor-log.ts'
import { JOURNAL_PURPOSE } from '../../../proof/registries/purpose.ts'
import type { AnchoredRoot } from './days.ts'

/** The roots of an organisation's journal among all events of AnchorLog, which are in the order of the ledger. */
export function journalRoots(
  events: readonly { readonly event: AnchorLogEvent; readonly block: number }[],
  org: number,
): AnchoredRoot[] {
  const roots = new Map<string, AnchoredRoot>()
  for (const { event, block } of events) {
    if (event.type === 'AuthorityUpdated' || event.org !== org || event.purpose !== JOURNAL_PURPOSE) continue
    const { root } = event
    if (event.type === 'Anchored') {
      roots.set(root, { root, count: event.count, manifest: event.manifest, block, disowned: false })
    } else {
      const found = roots.get(root)
      if (found) roots.set(root, { ...found, disowned: true })
    }
  }
  return [...roots.values()]
}
