/** Lists by page, as `store/pages.py` does it: sorted, continued after a row by a cursor. */
import { invalid } from "./refusal";

export interface Paging {
  sort: string | null;
  cursor: string | null;
  limit: number;
}

type Value = string | number;
type Position = [value: Value, tie: string];

interface Order<Row> {
  /** What may be sorted by; the first is the list's own order unless `own` says another. */
  keys: Record<string, (row: Row) => Value>;
  own?: string;
  idOf: (row: Row) => string;
}

const LARGEST = 500;

/** Reads `sort`, `cursor` and `limit`, which every list has. */
export function pagingOf(all: (name: "sort" | "cursor" | "limit") => string[]): Paging {
  const limit = Number(all("limit")[0] ?? 50);
  return {
    sort: all("sort")[0] || null,
    cursor: all("cursor")[0] || null,
    limit: Math.max(1, Math.min(limit, LARGEST)),
  };
}

/** Returns one page of rows and the cursor of the next. */
export function page<Row>(
  rows: readonly Row[],
  wish: Paging,
  order: Order<Row>,
): { items: Row[]; next: string | null } {
  const sort = wish.sort ?? order.own ?? Object.keys(order.keys)[0] ?? "";
  const key = order.keys[sort.replace(/^-/, "")];
  if (!key) throw invalid("sort-unknown", { sort, known: Object.keys(order.keys) });
  const direction = sort.startsWith("-") ? -1 : 1;
  const placed = rows.map((row) => ({ row, at: [key(row), order.idOf(row)] as Position }));
  placed.sort((a, b) => direction * compare(a.at, b.at));
  const after = wish.cursor === null ? null : decoded(wish.cursor, sort);
  const from = after ? placed.findIndex(({ at }) => direction * compare(at, after) > 0) : 0;
  const shown = from < 0 ? [] : placed.slice(from, from + wish.limit);
  const last = shown.at(-1);
  const more = last && from + wish.limit < placed.length;
  return { items: shown.map(({ row }) => row), next: more ? encoded(sort, last.at) : null };
}

function compare(a: Position, b: Position): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  return a[1] < b[1] ? -1 : Number(a[1] > b[1]);
}

function encoded(sort: string, at: Position): string {
  return Buffer.from(JSON.stringify([sort, ...at])).toString("base64url");
}

function decoded(cursor: string, sort: string): Position {
  try {
    const read = JSON.parse(Buffer.from(cursor, "base64url").toString()) as unknown;
    if (Array.isArray(read) && read.length === 3 && read[0] === sort) {
      return [read[1] as Value, String(read[2])];
    }
  } catch {
    // Refused below, like every cursor that is none of this list.
  }
  throw invalid("cursor-invalid");
}

/** A whole list as one page. */
export function whole<Row>(items: Row[]): { items: Row[]; next: null } {
  return { items, next: null };
}
