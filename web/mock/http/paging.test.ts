import { expect, test } from "vitest";

import { page, pagingOf } from "./paging";
import { Refusal } from "./refusal";

interface Row {
  id: string;
  name: string;
  size: number;
}

const ORDER = {
  keys: { name: (row: Row) => row.name, size: (row: Row) => row.size },
  idOf: (row: Row) => row.id,
};
const ROWS: Row[] = Array.from({ length: 23 }, (_, place) => ({
  id: String(place).padStart(2, "0"),
  name: `n${String((place * 7) % 23).padStart(2, "0")}`,
  size: place % 3,
}));

function all(sort: string | null, limit: number, rows = ROWS): Row[] {
  const found: Row[] = [];
  let cursor: string | null = null;
  do {
    const shown: ReturnType<typeof page<Row>> = page(rows, { sort, cursor, limit }, ORDER);
    found.push(...shown.items);
    cursor = shown.next;
  } while (cursor !== null);
  return found;
}

test("pages give every row once and in order, either way round, also where many are equal", () => {
  for (const sort of [null, "name", "-name", "size", "-size"]) {
    const rows = all(sort, 4);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(ROWS.length);
    expect(rows).toEqual(all(sort, 500));
  }
  expect(all("-size", 5).map(({ size }) => size)).toEqual(
    [...ROWS.map((r) => r.size)].sort().reverse(),
  );
});

test("a row that goes between two pages hides no other", () => {
  const first = page(ROWS, { sort: "name", cursor: null, limit: 5 }, ORDER);
  const left = ROWS.filter((row) => row !== first.items[4]);
  const second = page(left, { sort: "name", cursor: first.next, limit: 5 }, ORDER);
  expect(second.items.map(({ name }) => name)).toEqual(["n05", "n06", "n07", "n08", "n09"]);
});

test("another order and another list's cursor are refused", () => {
  const { next } = page(ROWS, { sort: "name", cursor: null, limit: 5 }, ORDER);
  const refused = (sort: string, cursor: string | null) => {
    try {
      page(ROWS, { sort, cursor, limit: 5 }, ORDER);
    } catch (error) {
      return error instanceof Refusal ? error.code : error;
    }
    return null;
  };
  expect(refused("colour", null)).toBe("sort-unknown");
  expect(refused("-name", next)).toBe("cursor-invalid");
  expect(refused("name", "bmV4dA")).toBe("cursor-invalid");
});

test("a page has 50 rows unless told else", () => {
  expect(pagingOf(() => [])).toEqual({ sort: null, cursor: null, limit: 50 });
});
