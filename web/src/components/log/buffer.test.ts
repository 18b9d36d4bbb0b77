import { expect, test } from "vitest";

import { LogBuffer } from "./buffer";
import { line, lines } from "./lines.fixture";

function filled(...sent: ReturnType<typeof line>[]): LogBuffer {
  const buffer = new LogBuffer();
  for (const each of sent) buffer.add(each);
  return buffer;
}

test("what a page and the stream both bring is there once, and in order", () => {
  const buffer = filled(...lines(0, 5), ...lines(3, 8));
  expect(buffer.entries.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(buffer.next).toBe(8);
  expect(buffer.lines).toBe(8);
  expect(buffer.add(line(7))).toBe(false);
  expect(buffer.add(line(8))).toBe(true);
});

test("the controller's mark becomes the gap that it tells of", () => {
  const buffer = filled(line(0), line(1, "[… 98 lines left out …]"), line(99));
  expect(buffer.entries.map(({ sequence, left }) => [sequence, left])).toEqual([
    [0, 0],
    [1, 98],
    [99, 0],
  ]);
  expect(buffer.lines).toBe(2);
});

test("a package that prints such a mark fools nobody", () => {
  const buffer = filled(line(0, "[… 98 lines left out …]"), line(1));
  expect(buffer.entries.map(({ left }) => left)).toEqual([0, 0]);
  const jump = filled(line(0, "[… 98 lines left out …]"), line(5));
  expect(jump.entries.map(({ left }) => left)).toEqual([0, 4, 0]);
});

test("lines that were cut while somebody followed are a gap too", () => {
  const buffer = filled(line(0), line(10));
  expect(buffer.entries.map(({ sequence, left }) => [sequence, left])).toEqual([
    [0, 0],
    [1, 9],
    [10, 0],
  ]);
});

test("steps are counted in the order in which they began", () => {
  const buffer = filled(line(0, "a", "lock"), line(1, "b", "fetch"), line(2, "c", "lock"));
  expect([...buffer.steps]).toEqual([
    ["lock", 2],
    ["fetch", 1],
  ]);
});
