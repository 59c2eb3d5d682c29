/** `dojang start --ledger-only`: only the embedded ledger node, without an authority. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { openConfig, type RequestedSettings } from '../config/config.ts'
import { dataFailure } from '../config/data-failure.ts'
import { type LedgerServer, serveLedger } from '../http/ledger-server.ts'
import { SecretFiles } from '../keys/files.ts'
import { openEmbeddedLedger } from '../ledger/embedded/ledger.ts'
import { fromHex, type Hex } from '../lib/bytes.ts'
import { systemClock } from '../lib/time.ts'
import { stopInOrder } from './stop.ts'

/** @param allow accounts that may send transactions, in addition to those allowed before */
export async function startLedger(requested: RequestedSettings, allow: readonly Hex[] = []): Promise<void> {
  try {
    await startNode(requested, allow)
  } catch (error) {
    throw dataFailure(error, requested.data)
  }
}

async function startNode(requested: RequestedSettings, allow: readonly Hex[]): Promise<void> {
  const { data, chainId, heartbeat, rpcPort } = await openConfig(requested, randomBytes)
  const keys = new SecretFiles(join(data, 'keys'))
  const validatorKey = fromHex(keys.readOrMake('validator.key', () => `0x${randomBytes(32).toString('hex')}`) as Hex)
  const ledger = await openEmbeddedLedger({ path: join(data, 'ledger'), chainId, validatorKey, allow, heartbeat })
  if (ledger.warning) process.stderr.write(`${ledger.warning}\n`)
  let server: LedgerServer
  try {
    server = await serveLedger(ledger, {
      port: rpcPort,
      random: randomBytes,
      warn: (facts, message) => process.stderr.write(`${message}: ${JSON.stringify(facts)}\n`),
      node: { clock: systemClock, standstillAfter: () => 3 * heartbeat, head: () => ledger.head },
    })
  } catch (error) {
    await ledger.close()
    throw error
  }
  const close = async () => {
    await server.close()
    await ledger.close()
  }
  const failed = ledger.stopped.then(error => (error === null ? null : `The ledger stopped (${error.message})`))
  stopInOrder(close, failed)
  process.stdout.write(
    [
      '',
      `도장 Dojang ledger node is ready · chain id ${chainId} · block ${ledger.head.number}`,
      '',
      `  JSON-RPC    http://127.0.0.1:${server.port} and ws://127.0.0.1:${server.port} (loopback only)`,
      `  Validator   ${ledger.validator}`,
      `  Metrics     http://127.0.0.1:${server.port}/metrics, /healthz, /readyz`,
      `  Data        ${data}`,
      '',
    ].join('\n'),
  )
}
