import { Gauge, type Registry } from 'prom-client'
import type { Ledger } from '../ledger/ledger.ts'
import { isMeasured, type LedgerMetrics } from '../ledger/metrics.ts'

const GAUGES: readonly [name: string, help: string, read: (metrics: LedgerMetrics) => number][] = [
  ['dojang_ledger_node_height', 'Last block of the ledger node', it => it.height],
  ['dojang_ledger_node_head_time_seconds', 'Time of the last block, in seconds since 1970', it => it.headTime],
  ['dojang_ledger_blocks_sealed', 'Blocks sealed since the node opened', it => it.sealed],
  [
    'dojang_ledger_seal_seconds_sum',
    'Seconds spent on executing, sealing and storing blocks',
    it => it.sealSecondsTotal,
  ],
  ['dojang_ledger_seal_seconds_last', 'Seconds spent on the last block', it => it.sealSecondsLast],
  ['dojang_ledger_transactions_sealed', 'Transactions in blocks sealed since the node opened', it => it.transactions],
  ['dojang_ledger_pool_transactions', 'Accepted transactions that are not in a block yet', it => it.pool],
  ['dojang_ledger_cpu_seconds', "CPU seconds of the ledger's thread", it => it.cpuSeconds],
  ['dojang_ledger_database_bytes', "Bytes of the ledger database's files", it => it.databaseBytes],
]

/** Adds the metrics of the embedded ledger node. A ledger run by others has none. */
export function ledgerGauges(registry: Registry, ledger: Ledger): void {
  if (!isMeasured(ledger)) return
  // One request for all gauges: the first gauge sends it, and the others wait for the same answer.
  let asked: Promise<LedgerMetrics | null> | undefined
  const ask = () => {
    asked ??= ledger
      .metrics()
      .catch(() => null)
      .finally(() => {
        asked = undefined
      })
    return asked
  }
  for (const [name, help, read] of GAUGES) {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const metrics = await ask()
        if (metrics === null) this.remove()
        else this.set(read(metrics))
      },
    })
  }
}
