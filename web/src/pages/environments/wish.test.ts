import { expect, test } from "vitest";

import { filtersIn, wishOf } from "./wish";

test("a bare address asks for everything, by name", () => {
  expect(wishOf(new URLSearchParams())).toEqual({
    search: "",
    states: [],
    node: "",
    labels: [],
    sort: "name",
    cursor: null,
  });
});

test("what the URL says counts, unless it is nothing that the API knows", () => {
  const given = new URLSearchParams(
    "search=numpy&state=failed&state=ready&node=n1&label=team%3Ddata&sort=-updated_at&cursor=abc",
  );
  expect(wishOf(given)).toEqual({
    search: "numpy",
    states: ["ready", "failed"],
    node: "n1",
    labels: ["team=data"],
    sort: "-updated_at",
    cursor: "abc",
  });
  expect(wishOf(new URLSearchParams("state=fine&sort=colour"))).toMatchObject({
    states: [],
    sort: "name",
  });
});

test("each state and each label counts as a filter, the order and the page do not", () => {
  const given = "search=x&state=ready&state=failed&node=n1&label=a%3Db&sort=-name&cursor=abc";
  expect(filtersIn(wishOf(new URLSearchParams(given)))).toBe(5);
  expect(filtersIn(wishOf(new URLSearchParams("sort=-name&cursor=abc")))).toBe(0);
});
