import { toQuantity } from './bytes.ts'
import { wrongValue } from './parse-error.ts'

/** The part of EIP-1193 that this file needs. */
interface Port {
  request(method: string, params?: readonly unknown[]): Promise<unknown>
}

/** The blocks of one request: the most that common engines accept by default. */
const RANGE = 5000

/**
 * `eth_getLogs` over any number of blocks. Engines limit the blocks of a request and the length of an answer. A refused
 * request is repeated in halves.
 * @param filter address and topics
 * @throws {ParseError} for an answer that is not a list of logs; also the ledger's own errors
 */
export async function logsInRange<Log>(
  ledger: Port,
  filter: { readonly address: unknown; readonly topics?: readonly unknown[] },
  from: number,
  to: number,
): Promise<Log[]> {
  const logs: Log[] = []
  for await (const log of eachLog<Log>(ledger, filter, from, to)) logs.push(log)
  return logs
}

/** The same logs one by one, so that a reader can stop early. */
export async function* eachLog<Log>(
  ledger: Port,
  filter: Parameters<typeof logsInRange>[1],
  from: number,
  to: number,
): AsyncGenerator<Log> {
  for (let start = from; start <= to; start += RANGE) {
    yield* await logsOf<Log>(ledger, filter, start, Math.min(to, start + RANGE - 1))
  }
}

/** The same logs up to the newest block. */
export async function logsSince<Log>(
  ledger: Port,
  filter: Parameters<typeof logsInRange>[1],
  from: number,
): Promise<Log[]> {
  return logsInRange<Log>(ledger, filter, from, Number(await ledger.request('eth_blockNumber', [])))
}

async function logsOf<Log>(ledger: Port, filter: object, from: number, to: number): Promise<readonly Log[]> {
  try {
    const [fromBlock, toBlock] = [from, to].map(toQuantity)
    return parseLogs(await ledger.request('eth_getLogs', [{ ...filter, fromBlock, toBlock }])) as Log[]
  } catch (error) {
    // Only a refused request may succeed in halves. If the ledger is unreachable, every half fails as well.
    const { code } = error as { code?: unknown }
    const refused = code === 'LEDGER_RPC' || typeof code === 'number'
    if (!refused || from === to) throw error
    const middle = Math.floor((from + to) / 2)
    return [
      ...(await logsOf<Log>(ledger, filter, from, middle)),
      ...(await logsOf<Log>(ledger, filter, middle + 1, to)),
    ]
  }
}

/**
 * Only the members that every reader here parses. The logs are put in the order of the ledger, which JSON-RPC does not
 * promise: a status that was set twice must end at its last value.
 */
function parseLogs(answer: unknown): readonly object[] {
  if (!Array.isArray(answer) || !answer.every(isLog)) throw wrongValue('eth_getLogs', 'not a list of logs')
  return answer.toSorted(
    (a, b) => Number(a.blockNumber) - Number(b.blockNumber) || Number(a.logIndex ?? 0) - Number(b.logIndex ?? 0),
  )
}

function isLog(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { address, topics, data, blockNumber, logIndex = '0x0' } = value as Record<string, unknown>
  return [address, data, blockNumber, logIndex].every(isText) && Array.isArray(topics) && topics.every(isText)
}

const isText = (value: unknown): boolean => typeof value === 'string'
