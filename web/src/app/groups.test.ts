import { expect, test } from "vitest";

import { groupsOf } from "./groups";

test("what is alike comes together, in the order of the first", () => {
  expect(groupsOf(["b1", "a1", "b2", "a2"], (item) => item[0] ?? "")).toEqual([
    ["b1", "b2"],
    ["a1", "a2"],
  ]);
  expect(groupsOf([], String)).toEqual([]);
});
