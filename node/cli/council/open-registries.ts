/** Opens the ledger and the registries that the signed profile names, and compares the deployed code with the profile. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectLedger } from '../../ledger/remote/remote.ts'
import { type LedgerProfile, openProfile, verifyProfile } from '../../proof/profile.ts'
import type { Registries } from '../../registries/contracts.ts'
import { addressesOf } from '../../registries/contracts.ts'
import { checkContracts } from '../../registries/governance/council.ts'
import { CliError } from '../errors.ts'
import { installConfig } from '../install.ts'
import type { Context } from '../terminal.ts'

export interface RegistriesFlags {
  readonly ledger?: string
  readonly profile?: string
  readonly pin?: string
}

export interface OpenRegistries extends Registries {
  readonly profile: LedgerProfile
  /** The block in which the registries' history begins. */
  readonly fromBlock: number
}

/** @throws {CliError} CLI_INPUT, CLI_NO_INSTALL; {ProofError} PROOF_PROFILE_INVALID; {LedgerError} */
export async function openRegistries({ data }: Pick<Context, 'data'>, flags: RegistriesFlags): Promise<OpenRegistries> {
  const text = readText(flags.profile ?? join(data, 'ledger.json'), flags.profile !== undefined).trim()
  const profile = flags.pin === undefined ? openProfile(text).profile : verifyProfile(text, flags.pin)
  const { chainId, genesis } = profile
  const ledger = await connectLedger(flags.ledger ?? urlOf(data), { chainId, genesis })
  try {
    await checkContracts(ledger, profile)
  } catch (error) {
    await ledger.close()
    throw error
  }
  return { ledger, addresses: addressesOf(profile), profile, fromBlock: profile.contracts.accessManager.block }
}

function urlOf(data: string): string {
  const { rpcPort, ledgerUrl } = installConfig(
    data,
    "Name a node's data directory with --data DIR, or the ledger with --ledger URL.",
  )
  return ledgerUrl ?? `http://127.0.0.1:${rpcPort}`
}

function readText(path: string, named: boolean): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if (named) {
      throw new CliError({ code: 'CLI_INPUT', path, reason: 'cannot be read' }, `${path} cannot be read.`, { cause })
    }
    throw new CliError(
      { code: 'CLI_NO_INSTALL', data: path },
      `There is no ${path}. Name a node's data directory with --data DIR, or give both --profile FILE and --ledger URL.`,
      { cause },
    )
  }
}
