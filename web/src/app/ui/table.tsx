import type { ReactNode } from "react";

export interface Column<Row> {
  readonly name: string;
  readonly head: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand at the end. */
  readonly end?: boolean;
  /** Where rows are cards: the cell that leads, the one beside it, or one as wide as the card. */
  readonly card?: "lead" | "aside" | "whole";
  /** A click on the head orders the rows by this column. */
  readonly onSort?: () => void;
  /** How the rows are ordered by this column now. */
  readonly sorted?: "ascending" | "descending" | undefined;
}

interface TableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Stands there when there are no rows. */
  readonly empty: ReactNode;
  /** Marks rows that are unlike the others. */
  readonly lookOf?: (row: Row) => "own" | "off" | undefined;
}

/** A table whose rows are cards on a phone. */
export function Table<Row>(props: TableProps<Row>) {
  const { label, columns, rows, keyOf, empty, lookOf } = props;
  if (rows.length === 0) return empty;
  return (
    <table className="table cards" aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <Head key={column.name} column={column} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)} data-look={lookOf?.(row)}>
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

function Head<Row>({ column }: { column: Column<Row> }) {
  const { head, end, onSort, sorted } = column;
  const mark = sorted === undefined ? "" : sorted === "ascending" ? "↑" : "↓";
  return (
    <th scope="col" className={end ? "end" : undefined} aria-sort={sorted}>
      {onSort === undefined ? (
        head
      ) : (
        <button type="button" className="sort" onClick={onSort}>
          {head}
          {mark === "" ? null : <span aria-hidden="true">{mark}</span>}
        </button>
      )}
    </th>
  );
}
