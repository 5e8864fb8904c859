import type { ReactNode } from "react";

export interface Column<Row> {
  readonly name: string;
  readonly head: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand at the end. */
  readonly end?: boolean;
  /** Where rows are cards: the cell that leads, or one as wide as the card. */
  readonly card?: "lead" | "whole";
}

interface TableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Stands there when there are no rows. */
  readonly empty: ReactNode;
}

/** A table whose rows are cards on a phone. */
export function Table<Row>({ label, columns, rows, keyOf, empty }: TableProps<Row>) {
  if (rows.length === 0) return empty;
  return (
    <table className="table cards" aria-label={label}>
      <thead>
        <tr>
          {columns.map(({ name, head, end }) => (
            <th key={name} scope="col" className={end ? "end" : undefined}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ name, head, cell, end, card }) => (
              <td
                key={name}
                className={[end ? "end" : "", card ?? ""].join(" ").trim() || undefined}
                data-label={typeof head === "string" ? head : undefined}
              >
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
