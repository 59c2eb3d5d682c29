/** A child process that imports a file and prints after each commit how many rows are on disk. */

import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { importResidents } from '../../../node/residents/csv/import.ts'
import { StoredRegister } from '../../../node/residents/stored.ts'
import { LevelStore } from '../../../node/store/level.ts'
import { Vault } from '../../../node/store/vault.ts'
import { NOW } from './support.ts'

const [database = '', master = '', file = ''] = process.argv.slice(2)
const store = await LevelStore.open(database)
const register = new StoredRegister(store, new Vault(store, Buffer.from(master, 'hex'), randomBytes))
await importResidents(createReadStream(file), register, {
  columns: [],
  now: NOW,
  commitEvery: 50,
  onProgress: ({ added }) => process.stdout.write(`${added}\n`),
})
await store.close()
