/** The packages without dependencies, packed as they are published and installed into an empty project. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makePackage, makeStandalonePackages } from '../../scripts/package.ts'
import type { Packed, StandaloneName } from '../../scripts/packages/standalone.ts'

export type PackedFiles = Readonly<Record<StandaloneName, Packed>>

/** @param folder is created */
export async function packAll(folder: string): Promise<PackedFiles> {
  await makePackage(folder)
  return makeStandalonePackages(folder)
}

/**
 * Makes an empty project and installs one packed file into it, without a network.
 * @returns the milliseconds that npm took
 */
export function installInto(project: string, { file }: Packed): number {
  mkdirSync(project, { recursive: true })
  writeFileSync(join(project, 'package.json'), '{ "name": "shop", "private": true, "type": "module" }\n')
  const options = ['--offline', '--no-audit', '--no-fund', '--loglevel=error']
  const begun = performance.now()
  const { status, stderr } = spawnSync('npm', ['install', ...options, file], { cwd: project, encoding: 'utf8' })
  if (status !== 0) throw new Error(`the packed file could not be installed:\n${stderr}`)
  return performance.now() - begun
}

/** The Nodes of this machine: the one that runs the tests, and the system's, which may be older. */
export function nodes(): readonly { readonly path: string; readonly version: string }[] {
  const found = [process.execPath, '/usr/bin/node', '/usr/local/bin/node'].filter(path => existsSync(path))
  const versions = new Map<string, string>()
  for (const path of found) {
    const version = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout.trim()
    if (!versions.has(version)) versions.set(version, path)
  }
  return [...versions].map(([version, path]) => ({ path, version }))
}
