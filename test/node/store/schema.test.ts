import { expect } from 'chai'
import { Bucket } from '../../../node/store/buckets.ts'
import { checkSchema, SCHEMA_VERSION } from '../../../node/store/schema.ts'
import { jsonCodec, Table, textCodec } from '../../../node/store/store.ts'
import { MemoryStore } from '../../support/memory-store.ts'

describe('the schema version', () => {
  it('is written into a new database and accepted again', async () => {
    const store = new MemoryStore()
    await checkSchema(store)
    await checkSchema(store)
    expect(new Table<string, number>(store, Bucket.meta, textCodec, jsonCodec()).get('schema')).to.equal(SCHEMA_VERSION)
  })

  it('of a newer dojang is refused, and nothing is written', async () => {
    const store = new MemoryStore()
    const meta = new Table<string, number>(store, Bucket.meta, textCodec, jsonCodec())
    await store.commit([meta.put('schema', SCHEMA_VERSION + 1)])
    const error = await checkSchema(store).then(
      () => undefined,
      failure => failure,
    )
    expect(error?.detail).to.deep.equal({ code: 'STORE_SCHEMA', found: SCHEMA_VERSION + 1, known: SCHEMA_VERSION })
    expect(meta.get('schema')).to.equal(SCHEMA_VERSION + 1)
  })
})
