import { expect, test } from "vitest";

import { LogBuffer } from "./buffer";
import { line } from "./lines.fixture";
import { Rows } from "./rows";

test("one step's lines are shown, and every gap", () => {
  const buffer = new LogBuffer();
  buffer.add(line(0, "a", "lock"));
  buffer.add(line(1, "b", "fetch"));
  buffer.add(line(9, "c", "fetch"));
  const rows = new Rows(buffer.entries, "lock");
  rows.extend();
  expect(rows.shown).toEqual([0, 2]);
  expect(rows.lines).toBe(1);
  buffer.add(line(10, "d", "lock"));
  rows.extend();
  expect(rows.shown).toEqual([0, 2, 4]);
});

test("a line is found by its sequence, one that was left out by its gap", () => {
  const buffer = new LogBuffer();
  for (const sequence of [0, 1, 10, 11]) buffer.add(line(sequence));
  const rows = new Rows(buffer.entries, "");
  rows.extend();
  expect(rows.rowOf(1)).toBe(1);
  expect(rows.rowOf(5)).toBe(2);
  expect(rows.rowOf(10)).toBe(3);
  expect(rows.rowOf(12)).toBe(-1);
});
