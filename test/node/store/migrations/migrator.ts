/** A child process that migrates a database in small steps, and prints a line after each committed step. */
import { LevelStore } from '../../../../node/store/level.ts'
import { numberedJournal } from '../../../../node/store/migrations/002-numbered-journal.ts'
import { migrate } from '../../../../node/store/schema.ts'

const [path = ''] = process.argv.slice(2)
const store = await LevelStore.open(path)
await migrate(store, done => process.stdout.write(`${done}\n`), [numberedJournal(5)])
await store.close()
process.stdout.write('migrated\n')
