import { expect, test } from "vitest";

import { LogBuffer } from "./buffer";
import { line } from "./lines.fixture";
import { Rows } from "./rows";
import { Search } from "./search";

function looking(query: string, ...texts: string[]) {
  const buffer = new LogBuffer();
  texts.forEach((text, index) => buffer.add(line(index, text)));
  const rows = new Rows(buffer.entries, "");
  const search = new Search(rows, query);
  rows.extend();
  search.extend();
  return { buffer, rows, search };
}

test("every occurrence counts, in either case, also of lines that come later", () => {
  const { buffer, rows, search } = looking("err", "Error: err", "fine", "stderr");
  expect(search.hits).toEqual([0, 0, 2]);
  buffer.add(line(3, "ERR"));
  rows.extend();
  search.extend();
  expect(search.hits).toEqual([0, 0, 2, 3]);
});

test("what is typed is no pattern", () => {
  expect(looking(".*", "a.*b", "aXb").search.hits).toEqual([0]);
  expect(looking("a[0-9]+(", "a[0-9]+(x)").search.hits).toEqual([0]);
  expect(looking("\\d", "5", "\\d").search.hits).toEqual([1]);
  expect(looking("", "anything").search.hits).toEqual([]);
});

test("a line is cut at its occurrences, and where letters grow in lower case", () => {
  const { search } = looking("script", "");
  expect(search.parts("<script>İ</SCRIPT>")).toEqual([
    { text: "<", hit: null },
    { text: "script", hit: 0 },
    { text: ">İ</", hit: null },
    { text: "SCRIPT", hit: 1 },
    { text: ">", hit: null },
  ]);
});

test("the search begins where one looks, and round again", () => {
  const { search } = looking("x", "x", "", "xx", "");
  expect(search.from(0)).toBe(0);
  expect(search.from(1)).toBe(1);
  expect(search.from(3)).toBe(0);
  expect(search.within(2)).toBe(1);
  expect(looking("y", "x").search.from(0)).toBe(-1);
});
