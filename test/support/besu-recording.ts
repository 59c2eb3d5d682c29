/** The recorded answers of a Besu network (test/fixtures/besu) as a ledger that can be asked. */
import { readFileSync } from 'node:fs'
import type { Hex } from '../../node/lib/bytes.ts'

const read = (name: string) => readFileSync(`test/fixtures/besu/${name}`, 'utf8')

export interface RecordedLog {
  readonly address: Hex
  readonly topics: readonly Hex[]
  readonly data: Hex
  readonly blockNumber: Hex
  readonly logIndex: Hex
}

interface RecordedBlock {
  readonly block: Record<string, unknown> & { readonly number: Hex; readonly timestamp: Hex }
  readonly receipts: readonly { readonly logs: readonly RecordedLog[] }[]
  readonly validators: readonly Hex[]
}

interface RecordedProof {
  readonly params: readonly [Hex, readonly Hex[], Hex]
  readonly result: { readonly accountProof: readonly Hex[]; readonly storageProof: readonly { readonly key: Hex }[] }
}

export const recordedBlocks: readonly RecordedBlock[] = JSON.parse(read('blocks.json'))
export const recordedProofs: readonly RecordedProof[] = JSON.parse(read('proofs.json'))
export const recordedProfile = read('ledger.json').trim()
/** The card whose evidence the network's answers could not make. */
export const recordedCard = read('card.txt').trim()

/**
 * @param order of the logs in an answer, which JSON-RPC leaves open
 * @param head the newest block
 */
export function recordedLedger(
  order: (logs: RecordedLog[]) => RecordedLog[] = logs => logs,
  head = recordedBlocks.length - 1,
) {
  const numberOf = (tag: string) => (tag === 'latest' ? head : Number(tag))
  return {
    async request(method: string, params: readonly unknown[] = []): Promise<unknown> {
      switch (method) {
        case 'eth_blockNumber':
          return `0x${head.toString(16)}`
        case 'eth_getBlockByNumber':
          return recordedBlocks.slice(0, head + 1)[numberOf(params[0] as string)]?.block ?? null
        case 'eth_getProof': {
          const asked = JSON.stringify(params)
          return recordedProofs.find(each => JSON.stringify(each.params) === asked)?.result ?? null
        }
        case 'eth_getLogs':
          return order(logsOf(params[0] as LogFilter, numberOf))
        default:
          throw new TypeError(`the recording has no ${method}`)
      }
    },
  }
}

interface LogFilter {
  readonly address: string | readonly string[]
  readonly topics?: readonly (string | readonly string[] | null)[]
  readonly fromBlock: string
  readonly toBlock: string
}

function logsOf(filter: LogFilter, numberOf: (tag: string) => number): RecordedLog[] {
  const addresses = [filter.address].flat().map(each => each.toLowerCase())
  return recordedBlocks
    .slice(numberOf(filter.fromBlock), numberOf(filter.toBlock) + 1)
    .flatMap(({ receipts }) => receipts.flatMap(({ logs }) => logs))
    .filter(({ address }) => addresses.includes(address))
    .filter(({ topics }) =>
      (filter.topics ?? []).every((wanted, i) => wanted === null || [wanted].flat().includes(topics[i] as string)),
    )
}
