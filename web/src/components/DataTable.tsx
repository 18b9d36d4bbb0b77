/**
 * One page of a list as a real `<table>`: ordered by its headers, rows open to details.
 *
 * antd's own table measures scroll bars with a style that carries no nonce, which the
 * page's content security policy refuses; and it weighs a fifth of the whole console.
 */
import "./DataTable.css";

import { CaretDownFilled, CaretUpFilled, RightOutlined } from "@ant-design/icons";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";

export interface Column<Row> {
  key: string;
  title: string;
  render: (row: Row) => ReactNode;
  /** The API can order by this column's key. */
  ordered?: boolean;
  number?: boolean;
  /** Left out where there is no room. */
  wideOnly?: boolean;
  width?: number | string;
}

interface Props<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string;
  nameOf: (row: Row) => string;
  detail: (row: Row) => ReactNode;
  /** A field of the API, with `-` in front for the other direction. */
  sort: string;
  onSort: (sort: string) => void;
  busy: boolean;
}

function classes({ number, wideOnly }: Column<never>): string {
  return [number && "number", wideOnly && "when-wide"].filter(Boolean).join(" ");
}

interface HeadProps<Row> extends Pick<Props<Row>, "sort" | "onSort"> {
  column: Column<Row>;
}

function Head<Row>({ column, sort, onSort }: HeadProps<Row>) {
  const { key, title, ordered, width } = column;
  const up = sort === key;
  const down = sort === `-${key}`;
  const direction = up ? "ascending" : down ? "descending" : "none";
  return (
    <th
      scope="col"
      className={classes(column)}
      style={{ width }}
      {...(ordered ? { "aria-sort": direction } : {})}
    >
      {ordered ? (
        <button
          type="button"
          className="order"
          onClick={() => {
            onSort(up ? `-${key}` : key);
          }}
        >
          {title}
          {up && <CaretUpFilled aria-hidden />}
          {down && <CaretDownFilled aria-hidden />}
        </button>
      ) : (
        title
      )}
    </th>
  );
}

function useOpened(): [ReadonlySet<string>, (key: string) => void] {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const toggle = (key: string) => {
    setOpened((before) => {
      const after = new Set(before);
      if (!after.delete(key)) after.add(key);
      return after;
    });
  };
  return [opened, toggle];
}

interface LineProps<Row> extends Pick<Props<Row>, "columns" | "nameOf" | "detail"> {
  row: Row;
  open: boolean;
  onToggle: () => void;
}

function Line<Row>({ row, columns, nameOf, detail, open, onToggle }: LineProps<Row>) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <>
      <tr className="data-row">
        <td className="opener">
          <button
            type="button"
            className="open"
            aria-expanded={open}
            aria-label={t("console.details", { name: nameOf(row) })}
            {...(open ? { "aria-controls": id } : {})}
            onClick={onToggle}
          >
            <RightOutlined aria-hidden />
          </button>
        </td>
        {columns.map((column) => (
          <td key={column.key} className={classes(column)}>
            {column.render(row)}
          </td>
        ))}
      </tr>
      {open && (
        <tr className="data-detail" id={id}>
          <td colSpan={columns.length + 1}>{detail(row)}</td>
        </tr>
      )}
    </>
  );
}

export function DataTable<Row>({ label, rows, keyOf, sort, onSort, busy, ...rest }: Props<Row>) {
  const { t } = useTranslation();
  const [opened, toggle] = useOpened();
  return (
    <div className="data-table">
      <table aria-label={label} aria-busy={busy}>
        <thead>
          <tr>
            <th scope="col" className="opener">
              <span className="visually-hidden">{t("console.column.details")}</span>
            </th>
            {rest.columns.map((column) => (
              <Head key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const key = keyOf(row);
            return (
              <Line
                key={key}
                row={row}
                open={opened.has(key)}
                onToggle={() => {
                  toggle(key);
                }}
                {...rest}
              />
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
