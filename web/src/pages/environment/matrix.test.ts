import { expect, test } from "vitest";

import { placeAfter } from "./matrix";

// 0 1 2
// 3 4
const SIZE = { count: 5, columns: 3 };

test.each([
  ["ArrowRight", 0, 1],
  ["ArrowRight", 4, 4],
  ["ArrowLeft", 0, 0],
  ["ArrowLeft", 3, 2],
  ["ArrowDown", 1, 4],
  ["ArrowDown", 2, 2],
  ["ArrowUp", 4, 1],
  ["ArrowUp", 1, 1],
  ["Home", 4, 0],
  ["End", 0, 4],
])("%s leads from %i to %i", (key, from, to) => {
  expect(placeAfter(key, from, SIZE)).toBe(to);
});

test("other keys lead nowhere, nor does any in an empty grid", () => {
  expect(placeAfter("a", 0, SIZE)).toBeNull();
  expect(placeAfter("Home", 0, { count: 0, columns: 1 })).toBeNull();
});
