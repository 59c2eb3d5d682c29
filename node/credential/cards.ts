import type { CardDefinition, ColumnDefinition } from './card.ts'
import type { CardFile } from './card-file.ts'
import { namesOfColumn } from './columns.ts'
import { CredentialError } from './errors.ts'

/** The cards of an install. Built once at the start and passed to every part that needs a definition. */
export class Cards {
  readonly all: readonly CardDefinition[]
  /** The columns that the cards add to the register. A column that two cards share is listed once. */
  readonly columns: readonly ColumnDefinition[]
  readonly #byId: ReadonlyMap<string, CardDefinition>
  readonly #byVct: ReadonlyMap<string, CardDefinition>
  readonly #files: ReadonlyMap<string, string>

  /**
   * @param files in order: a later file that repeats what an earlier one defines is refused
   * @throws {CredentialError} CREDENTIAL_CARD_REPEATED
   */
  constructor(files: readonly CardFile[]) {
    this.#byId = uniqueBy(files, 'id')
    this.#byVct = uniqueBy(files, 'vct')
    this.all = files.map(({ card }) => card)
    this.#files = new Map(files.map(({ file, card }) => [card.id, file]))
    this.columns = columnsOf(files)
  }

  byId(id: string): CardDefinition | undefined {
    return this.#byId.get(id)
  }

  byVct(vct: string): CardDefinition | undefined {
    return this.#byVct.get(vct)
  }

  /** The file that defines a card, for messages. */
  fileOf(id: string): string | undefined {
    return this.#files.get(id)
  }

  get ids(): readonly string[] {
    return this.all.map(({ id }) => id)
  }
}

function uniqueBy(files: readonly CardFile[], member: 'id' | 'vct'): Map<string, CardDefinition> {
  const found = new Map<string, CardFile>()
  for (const one of files) {
    const value = one.card[member]
    const first = found.get(value)
    if (first) throw repeated(one.file, first.file, member, value)
    found.set(value, one)
  }
  return new Map([...found].map(([value, { card }]) => [value, card]))
}

function columnsOf(files: readonly CardFile[]): readonly ColumnDefinition[] {
  const byName = new Map<string, { readonly file: string; readonly column: ColumnDefinition }>()
  const columns: ColumnDefinition[] = []
  for (const { file, card } of files) {
    for (const column of card.columns) {
      const names = namesOfColumn(column)
      const other = names.map(name => byName.get(name)).find(one => one !== undefined)
      if (other && isSame(other.column, column)) continue
      if (other) throw repeated(file, other.file, 'columns', column.name)
      for (const name of names) byName.set(name, { file, column })
      columns.push(column)
    }
  }
  return columns
}

const isSame = (a: ColumnDefinition, b: ColumnDefinition): boolean =>
  a.name === b.name && a.type === b.type && a.display.ko === b.display.ko && a.display.en === b.display.en

const repeated = (file: string, other: string, member: 'id' | 'vct' | 'columns', value: string): CredentialError =>
  new CredentialError(
    { code: 'CREDENTIAL_CARD_REPEATED', file, other, member, value },
    `${file} repeats what ${other} defines: ${member} ${value}. ` +
      'Give the new card an id, a vct and columns of its own. A definition in use is never replaced.',
  )
