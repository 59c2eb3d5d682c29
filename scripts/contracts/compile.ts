/** Compiles `contracts/` with the compiler and settings of hardhat.config.ts, for output that the artifacts do not contain. */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import config from '../../hardhat.config.ts'
import { ROOT } from './copy.ts'

const require = createRequire(import.meta.url)

export interface StorageEntry {
  readonly label: string
  readonly slot: string
  readonly offset: number
  readonly type: string
}

interface StorageType {
  readonly label: string
  readonly members?: readonly StorageEntry[]
}

export interface CompiledContract {
  readonly storageLayout: {
    readonly storage: readonly StorageEntry[]
    readonly types: Readonly<Record<string, StorageType>> | null
  }
  readonly evm: {
    readonly bytecode: { readonly object: string }
    readonly deployedBytecode: { readonly object: string }
  }
}

interface Output {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[]
  readonly contracts: Readonly<Record<string, Readonly<Record<string, CompiledContract>>>>
}

/** The contracts that are deployed, by name. */
export function compileContracts(): ReadonlyMap<string, CompiledContract> {
  const solc = require('solc') as { compile(input: string, callbacks: object): string }
  const files = readdirSync(join(ROOT, 'contracts')).filter(name => name.endsWith('.sol'))
  const sources = Object.fromEntries(
    files.map(name => [`contracts/${name}`, { content: readFileSync(join(ROOT, 'contracts', name), 'utf8') }]),
  )
  const outputs = ['storageLayout', 'evm.bytecode.object', 'evm.deployedBytecode.object']
  const settings = { ...settingsOf(config), outputSelection: { '*': { '*': outputs } } }
  const input = JSON.stringify({ language: 'Solidity', sources, settings })
  const answer = JSON.parse(solc.compile(input, { import: read })) as Output
  const errors = (answer.errors ?? []).filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join('\n'))
  return new Map(files.flatMap(name => Object.entries(answer.contracts[`contracts/${name}`] ?? {})))
}

function settingsOf({ solidity }: typeof config): object {
  const found = (solidity as { compilers?: readonly { settings?: object }[] } | undefined)?.compilers?.[0]?.settings
  if (!found) throw new Error('hardhat.config.ts has no compiler settings')
  return found
}

function read(path: string): { contents: string } | { error: string } {
  for (const folder of [ROOT, join(ROOT, 'node_modules')]) {
    try {
      return { contents: readFileSync(join(folder, path), 'utf8') }
    } catch {
      // Not in this directory.
    }
  }
  return { error: `${path} is not there` }
}
