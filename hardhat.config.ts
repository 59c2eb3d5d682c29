import { fileURLToPath } from 'node:url'
import hardhatEthers from '@nomicfoundation/hardhat-ethers'
import hardhatEthersChaiMatchers from '@nomicfoundation/hardhat-ethers-chai-matchers'
import hardhatMocha from '@nomicfoundation/hardhat-mocha'
import hardhatNetworkHelpers from '@nomicfoundation/hardhat-network-helpers'
import hardhatTypechain from '@nomicfoundation/hardhat-typechain'
import { defineConfig } from 'hardhat/config'
import type { HardhatPlugin } from 'hardhat/types/plugins'

/**
 * Artifacts come in the order the file system names them. Sorted, before TypeChain's handler sees the same array, the
 * same contracts generate the same types.
 */
const sortedArtifacts: HardhatPlugin = {
  id: 'sorted-artifacts',
  hookHandlers: {
    solidity: async () => ({
      default: async () => ({
        async processArtifactsAfterSuccessfulBuild(_context, paths) {
          ;(paths as string[]).sort()
        },
      }),
    }),
  },
}

export default defineConfig({
  plugins: [
    hardhatEthers,
    hardhatEthersChaiMatchers,
    hardhatMocha,
    hardhatNetworkHelpers,
    sortedArtifacts,
    hardhatTypechain,
  ],
  paths: { tests: { mocha: './test/contracts' } },
  solidity: {
    compilers: [
      {
        version: '0.8.37',
        // The compiler comes from npm, so that a build needs no download and the lock file pins it.
        path: fileURLToPath(import.meta.resolve('solc/soljson.js')),
        settings: {
          // QBFT engines in the field stop at London; see docs/decisions.
          evmVersion: 'london',
          optimizer: { enabled: true, runs: 10_000 },
          // No metadata hash: the same source gives the same bytecode on every machine.
          metadata: { bytecodeHash: 'none' },
        },
      },
    ],
  },
  typechain: { outDir: './typechain-types', tsNocheck: true },
  networks: {
    default: { type: 'edr-simulated', chainType: 'l1', hardfork: 'london', gasPrice: 0, initialBaseFeePerGas: 0 },
  },
})
