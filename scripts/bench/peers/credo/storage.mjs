/** Credo's storage in memory, with the records that an issuer looks up found by an index. Nothing is serialised. */
import { InjectionSymbols, RecordDuplicateError, RecordNotFoundError } from '@credo-ts/core'

/** These tags name one record each, and never change. */
const UNIQUE = ['preAuthorizedCode', 'credentialOfferUri']

export class InMemoryStorage {
  static symbol = InjectionSymbols.StorageService
  supportsCursorPagination = false
  #types = new Map()

  async save(_context, record) {
    const { byId, byTag } = this.#of(record.type)
    if (byId.has(record.id)) throw new RecordDuplicateError('exists', { recordType: record.type })
    byId.set(record.id, record)
    const tags = record.getTags()
    for (const tag of UNIQUE) if (tags[tag]) byTag.set(`${tag} ${tags[tag]}`, record)
  }

  async update(_context, record) {
    await this.getById(_context, record, record.id)
    this.#of(record.type).byId.set(record.id, record)
  }

  async delete(context, record) {
    await this.deleteById(context, record, record.id)
  }

  async deleteById(_context, { type }, id) {
    if (!this.#of(type).byId.delete(id)) throw new RecordNotFoundError('not found', { recordType: type })
  }

  async getById(_context, { type }, id) {
    const record = this.#of(type).byId.get(id)
    if (!record) throw new RecordNotFoundError('not found', { recordType: type })
    return record
  }

  async getAll(_context, { type }) {
    return [...this.#of(type).byId.values()]
  }

  async findByQuery(_context, { type }, query) {
    const { byId, byTag } = this.#of(type)
    const unique = UNIQUE.find(tag => query[tag])
    const candidates = unique ? [byTag.get(`${unique} ${query[unique]}`)] : [...byId.values()]
    return candidates.filter(record => record && matches(record.getTags(), query))
  }

  #of(type) {
    const found = this.#types.get(type) ?? { byId: new Map(), byTag: new Map() }
    this.#types.set(type, found)
    return found
  }
}

function matches(tags, query) {
  return Object.entries(query).every(([name, value]) => {
    if (name === '$or') return value.some(one => matches(tags, one))
    if (name === '$and') return value.every(one => matches(tags, one))
    if (name === '$not') return !matches(tags, value)
    return value === undefined || tags[name] === value
  })
}
