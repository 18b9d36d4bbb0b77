import { expect, test } from "vitest";

import { filtersIn, wishOf } from "./wish";

function read(query: string) {
  return wishOf(new URLSearchParams(query));
}

test("an address is read, and what it mistypes is left out", () => {
  const wish = read(
    "search=sh&state=offline&state=asleep&region=shanghai&region=-&label=gpu%3Dyes&sort=-cpu&cursor=c",
  );
  expect(wish).toEqual({
    search: "sh",
    states: ["offline"],
    regions: ["shanghai", ""],
    labels: ["gpu=yes"],
    sort: "-cpu",
    cursor: "c",
  });
  expect(filtersIn(wish)).toBe(5);
});

test("the bare address is every node by name", () => {
  expect(read("sort=facts")).toEqual({
    search: "",
    states: [],
    regions: [],
    labels: [],
    sort: "name",
    cursor: null,
  });
  expect(filtersIn(read(""))).toBe(0);
});
