/**
 * One page of a list as a real `<table>`: ordered by its headers, rows open to details.
 *
 * antd's own table measures scroll bars with a style that carries no nonce, which the
 * page's content security policy refuses; and it weighs a fifth of the whole console.
 */
import "./DataTable.css";

import { CaretDownFilled, CaretUpFilled, RightOutlined } from "@ant-design/icons";
import { memo, type ReactNode, useCallback, useId, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { useMedia } from "../app/media";

export interface Column<Row> {
  key: string;
  title: string;
  render: (row: Row) => ReactNode;
  /** The API can order by this column's key. */
  ordered?: boolean;
  number?: boolean;
  /** Whoever orders by it wants the largest first. */
  largestFirst?: boolean;
  /** Left out where there is no room. */
  wideOnly?: boolean;
  width?: number | string;
}

export interface TableProps<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string;
  nameOf: (row: Row) => string;
  /**
   * What a row opens to; `left` are the columns for which there is no room. Without it,
   * rows open only where there are such columns, and to nothing else.
   */
  detail?: (row: Row, left: Column<Row>[]) => ReactNode;
  /** As `detail`, but rows open only where columns are left out. */
  narrowDetail?: (row: Row, left: Column<Row>[]) => ReactNode;
  /** Whether a row is open until somebody closes it. */
  openAtFirst?: (row: Row) => boolean;
  /** A field of the API, with `-` in front for the other direction. */
  sort?: string;
  onSort?: (sort: string) => void;
  busy?: boolean;
}

const NARROW = "(width < 960px)";

interface HeadProps<Row> extends Pick<TableProps<Row>, "sort" | "onSort"> {
  column: Column<Row>;
}

function Head<Row>({ column, sort, onSort }: HeadProps<Row>) {
  const { key, title, ordered, largestFirst, width } = column;
  const up = sort === key;
  const down = sort === `-${key}`;
  const direction = up ? "ascending" : down ? "descending" : "none";
  return (
    <th
      scope="col"
      className={column.number ? "number" : ""}
      style={{ width }}
      {...(ordered ? { "aria-sort": direction } : {})}
    >
      {ordered ? (
        <button
          type="button"
          className="order"
          onClick={() => {
            onSort?.(up || (largestFirst && !down) ? `-${key}` : key);
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

/** The columns for which there was no room, one below the other. */
export function LeftFacts<Row>({ row, left }: { row: Row; left: Column<Row>[] }) {
  return left.map(({ key, title, render }) => (
    <div key={key}>
      <dt className="quiet">{title}</dt>
      <dd>{render(row)}</dd>
    </div>
  ));
}

function leftAlone<Row>(row: Row, left: Column<Row>[]): ReactNode {
  return (
    <dl className="facts">
      <LeftFacts row={row} left={left} />
    </dl>
  );
}

/** Which rows were opened or closed by hand, by key. */
function useChoices(): [ReadonlyMap<string, boolean>, (key: string, open: boolean) => void] {
  const [choices, setChoices] = useState<ReadonlyMap<string, boolean>>(new Map());
  const choose = useCallback((key: string, open: boolean) => {
    setChoices((before) => new Map(before).set(key, open));
  }, []);
  return [choices, choose];
}

interface OpenerProps {
  name: string;
  open: boolean;
  controls: string;
  onToggle: () => void;
}

function Opener({ name, open, controls, onToggle }: OpenerProps) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      className="open"
      aria-expanded={open}
      aria-label={t("console.details", { name })}
      {...(open ? { "aria-controls": controls } : {})}
      onClick={onToggle}
    >
      <RightOutlined aria-hidden />
    </button>
  );
}

interface LineProps<Row> extends Pick<TableProps<Row>, "columns" | "nameOf" | "detail"> {
  id: string;
  row: Row;
  left: Column<Row>[];
  open: boolean;
  onChoose: (id: string, open: boolean) => void;
}

function BareLine<Row>(props: LineProps<Row>) {
  const { id: key, row, columns, left, nameOf, detail, open, onChoose } = props;
  const id = useId();
  return (
    <>
      <tr className="data-row">
        {detail && (
          <td className="opener">
            <Opener
              name={nameOf(row)}
              open={open}
              controls={id}
              onToggle={() => {
                onChoose(key, !open);
              }}
            />
          </td>
        )}
        {columns.map((column) => (
          <td key={column.key} className={column.number ? "number" : ""}>
            {column.render(row)}
          </td>
        ))}
      </tr>
      {detail && open && (
        <tr className="data-detail" id={id}>
          <td colSpan={columns.length + 1}>{detail(row, left)}</td>
        </tr>
      )}
    </>
  );
}

/** Of a list that is renewed several times a second, only the rows that changed are drawn anew. */
const Line = memo(BareLine) as typeof BareLine;

export function DataTable<Row>(props: TableProps<Row>) {
  const { label, columns: all, rows, keyOf, nameOf, openAtFirst, busy = false } = props;
  const { t } = useTranslation();
  const narrow = useMedia(NARROW);
  const [columns, left] = useMemo(() => {
    const fits = ({ wideOnly }: Column<Row>) => !(narrow && wideOnly);
    return [all.filter(fits), all.filter((column) => !fits(column))];
  }, [all, narrow]);
  const narrowed = left.length > 0 ? (props.narrowDetail ?? leftAlone<Row>) : undefined;
  const detail = props.detail ?? narrowed;
  const [choices, choose] = useChoices();
  return (
    <div className="data-table">
      <table aria-label={label} aria-busy={busy}>
        <thead>
          <tr>
            {detail && (
              <th scope="col" className="opener">
                <span className="visually-hidden">{t("console.column.details")}</span>
              </th>
            )}
            {columns.map((column) => (
              <Head key={column.key} {...props} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const key = keyOf(row);
            const open = choices.get(key) ?? openAtFirst?.(row) ?? false;
            return (
              <Line
                key={key}
                id={key}
                row={row}
                columns={columns}
                left={left}
                nameOf={nameOf}
                {...(detail ? { detail } : {})}
                open={open}
                onChoose={choose}
              />
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

const OUTLINED = 8;

/** What a table looks like before its first rows are there. */
export function TableOutline() {
  return (
    <div className="data-table outline" aria-hidden>
      {Array.from({ length: OUTLINED }, (_, row) => (
        <div key={row} />
      ))}
    </div>
  );
}
