import './table.css'
import type { ReactNode } from 'react'

export interface Column<Row> {
  readonly id: string
  readonly title: string
  readonly cell: (row: Row) => ReactNode
}

export interface TableProps<Row> {
  /** Read by a screen reader, and shown unless `isCaptionHidden`. */
  readonly caption: string
  readonly isCaptionHidden?: boolean
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowId: (row: Row) => string | number
  /** Shown instead of an empty table. */
  readonly empty: string
}

/** A table; on a phone, each row becomes a list of its columns. The first column names the row. */
export function Table<Row>({ caption, isCaptionHidden = false, columns, rows, rowId, empty }: TableProps<Row>) {
  if (rows.length === 0) return <p className="table-empty">{empty}</p>
  return (
    <table className="table">
      <caption className={isCaptionHidden ? 'visually-hidden' : 'table-caption'}>{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ id, title }) => (
            <th key={id} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <tr key={rowId(row)}>
            {columns.map(({ id, title, cell }, index) =>
              index === 0 ? (
                <th key={id} scope="row" data-title={title}>
                  {cell(row)}
                </th>
              ) : (
                <td key={id} data-title={title}>
                  {cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
