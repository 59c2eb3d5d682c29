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
 * Why: docs/decisions/015.
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

/** Histories are the same in every run, unless another seed is asked for: `DOJANG_SEED=0x…`. */
const seed = process.env.DOJANG_SEED === undefined ? {} : { seed: process.env.DOJANG_SEED }

/** As QBFT engines in the field have it: no price for gas. Their rules are London's, and of some Berlin's. */
const free = { type: 'edr-simulated', chainType: 'l1', gasPrice: 0 } as const

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
  test: {
    solidity: {
      profiles: {
        // What every `hardhat test` runs.
        default: { fuzz: { runs: 256, ...seed }, invariant: { runs: 12, depth: 150, failOnRevert: true } },
        // `npm run test:mutations`: long enough to catch each mutation.
        mutations: { fuzz: { runs: 1, ...seed }, invariant: { runs: 40, depth: 250, failOnRevert: true } },
        // `npm run test:invariants`: a million calls of contracts, for each act of a history makes one; all invariants
        // after each.
        long: { fuzz: { runs: 100_000, ...seed }, invariant: { runs: 4_000, depth: 250, failOnRevert: true } },
      },
    },
  },
  typechain: { outDir: './typechain-types', tsNocheck: true },
  networks: {
    default: { ...free, hardfork: 'london', initialBaseFeePerGas: 0 },
    // `hardhat test --network berlin` runs every test on its rules.
    berlin: { ...free, hardfork: 'berlin' },
    // `npm run bench:gas`, for the sake of others' bytecode.
    cancun: { ...free, hardfork: 'cancun', initialBaseFeePerGas: 0, blockGasLimit: 100_000_000 },
  },
})
