/**
 * A network that answers as Besu's QBFT nodes do: blocks each second, pools, the orders and errors of Besu 26, its limits
 * of connections, batches and log ranges, no transactions of type 2. The chain is an embedded ledger; each node is an HTTP
 * server with faults that a test switches on and off. What Besu answers: test/fixtures/besu and its RpcErrorType.
 */
import { BesuChain } from './besu-chain.ts'
import { BesuNode } from './besu-node.ts'

export class BesuStandIn {
  private constructor(
    readonly chain: BesuChain,
    readonly nodes: readonly BesuNode[],
  ) {}

  static async open({ nodes = 2, chainId = 1337 } = {}): Promise<BesuStandIn> {
    const chain = await BesuChain.open(chainId)
    const all = Array.from({ length: nodes }, () => new BesuNode(chain))
    await Promise.all(all.map(node => node.listen()))
    return new BesuStandIn(chain, all)
  }

  /** As `--ledger` takes them. */
  get urls(): string {
    return this.nodes.map(({ url }) => url).join(',')
  }

  /** Connections that nodes refused because they had too many. */
  get refused(): number {
    return this.nodes.reduce((sum, node) => sum + node.refused, 0)
  }

  async close(): Promise<void> {
    for (const node of this.nodes) node.close()
    await this.chain.close()
  }
}
