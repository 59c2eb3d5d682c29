import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { diskFailure } from '../../store/disk-failure.ts'
import { ClockWatch } from './clock.ts'
import { RpcContext } from './context.ts'
import { cryptoWarning } from './crypto.ts'
import { dispatch } from './dispatch.ts'
import { openSharedLedgerStore } from './ledger-store.ts'
import { type NumberedCommand, toFailure, type WorkerMessage, type WorkerOptions } from './messages.ts'
import { EmbeddedNode } from './node.ts'

/** The thread of the ledger node. A full block occupies it for most of a second, and no other thread. */
async function main(port: MessagePort, options: WorkerOptions): Promise<void> {
  const send = (message: WorkerMessage) => port.postMessage(message)
  let { clockOffset } = options
  // A function cannot be passed to a thread, so the thread reads the system's clock itself. Tests shift it with a command.
  const now = () => Date.now() + clockOffset * 1000
  const clock = new ClockWatch(Date.now)
  let node: EmbeddedNode
  try {
    node = await EmbeddedNode.openOn(await openSharedLedgerStore(options.path), { ...options, now, clock }, error => {
      send({ kind: 'fatal', failure: toFailure(diskFailure(options.path, error) ?? error) })
      port.close()
    })
  } catch (error) {
    send({ kind: 'refused', failure: toFailure(diskFailure(options.path, error) ?? error) })
    port.close()
    return
  }

  const context = new RpcContext(node)
  const execute = async (command: NumberedCommand): Promise<unknown> => {
    switch (command.kind) {
      case 'request':
        return dispatch(context, command.method, command.params)
      case 'allow':
        return node.allow(command.addresses)
      case 'disallow':
        return node.disallow(command.addresses)
      case 'clock':
        clockOffset = command.offset
        return node.clockChanged()
      case 'metrics':
        return node.metrics()
      case 'close':
        return node.close()
    }
  }
  node.onHead(head => send({ kind: 'head', head }))
  port.on('message', async (command: NumberedCommand) => {
    try {
      send({ kind: 'answer', id: command.id, value: await execute(command) })
    } catch (error) {
      send({ kind: 'failure', id: command.id, failure: toFailure(error) })
    }
    if (command.kind === 'close') port.close()
  })
  send({ kind: 'opened', head: node.head, validator: node.validator, warning: cryptoWarning() })
}

if (parentPort === null) throw new Error('this module runs in a worker thread')
await main(parentPort, workerData as WorkerOptions)
