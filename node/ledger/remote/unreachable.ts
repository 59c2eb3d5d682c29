import { LedgerError } from '../errors.ts'
import type { EndpointReport } from './endpoint.ts'

export function unreachable(method: string, endpoints: readonly EndpointReport[], cause: unknown): LedgerError {
  const nodes = endpoints.map(({ state, reason }) => ({ state, reason }))
  return new LedgerError(
    { code: 'LEDGER_UNREACHABLE', method, nodes },
    `${method}: no node of the ledger answers (${describeNodes(nodes)}). Check that a node runs and that the URL is right.`,
    { cause },
  )
}

/** Numbers the nodes in the given order, because the message must not reveal their URLs. */
export const describeNodes = (nodes: readonly Pick<EndpointReport, 'state' | 'reason'>[]): string =>
  nodes.map(({ state, reason }, i) => `node ${i + 1} is ${state}${reason && `: ${reason}`}`).join('; ')
