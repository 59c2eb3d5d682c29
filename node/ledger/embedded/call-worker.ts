import { getPriority, setPriority } from 'node:os'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { Hex } from '../../lib/bytes.ts'
import { validatorsOf } from '../../proof/seals.ts'
import { LedgerError } from '../errors.ts'
import type { CallOutcome, CallThreadOptions, TimedCall } from './call-messages.ts'
import { OutOfTime, timeLimit } from './call-time.ts'
import { Chain } from './chain.ts'
import { CallContext, type CallNode } from './context.ts'
import { dispatchCall } from './dispatch.ts'
import { chainRules } from './evm.ts'
import { openSharedLedgerStore } from './ledger-store.ts'
import { toFailure } from './messages.ts'
import { TrieNodeStore } from './trie-node-store.ts'

/** Added to the niceness of this thread: sealing and issuing go first when the processor is busy. */
const NICENESS = 10

/**
 * A thread that runs calls of clients, one at a time, and only reads. `CallThread` ends it if a call takes too long.
 */
async function main(port: MessagePort, { path, chainId }: CallThreadOptions): Promise<void> {
  lowerPriority()
  const store = await openSharedLedgerStore(path)
  const rules = chainRules(chainId)
  const nodes = new TrieNodeStore(store)

  const run = async ({ method, params, head, now, milliseconds }: TimedCall): Promise<CallOutcome> => {
    const time = typeof now === 'number' ? now : Date.now() + now.addSeconds * 1000
    try {
      const chain = Chain.upTo(store, head)
      const validator = validatorsOf(chain.head.header)[0] as Hex
      const node: CallNode = { rules, chain, nodes, validator, options: { chainId, now: () => time } }
      return {
        kind: 'answer',
        value: await dispatchCall(new CallContext(node, () => timeLimit(milliseconds)), method, params),
      }
    } catch (error) {
      const late = error instanceof LedgerError && error.cause instanceof OutOfTime
      return late ? { kind: 'late' } : { kind: 'failure', failure: toFailure(error) }
    }
  }
  port.on('message', async (call: TimedCall) => port.postMessage(await run(call)))
  port.postMessage({ kind: 'ready' } satisfies CallOutcome)
}

/** Only on Linux, where each thread has a niceness. Elsewhere this would change the whole process. */
function lowerPriority(): void {
  if (process.platform === 'linux') setPriority(Math.min(19, getPriority() + NICENESS))
}

if (parentPort === null) throw new Error('this module runs in a worker thread')
await main(parentPort, workerData as CallThreadOptions)
