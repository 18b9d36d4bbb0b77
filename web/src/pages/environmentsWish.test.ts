import { expect, test } from "vitest";

import { wishOf } from "./environmentsWish";

test("a bare address asks for everything, by name", () => {
  expect(wishOf(new URLSearchParams())).toEqual({
    search: "",
    state: null,
    sort: "name",
    cursor: null,
  });
});

test("what the URL says counts, unless it is nothing that the API knows", () => {
  const given = new URLSearchParams("search=numpy&state=failed&sort=-updated_at&cursor=abc");
  expect(wishOf(given)).toEqual({
    search: "numpy",
    state: "failed",
    sort: "-updated_at",
    cursor: "abc",
  });
  expect(wishOf(new URLSearchParams("state=fine&sort=colour"))).toMatchObject({
    state: null,
    sort: "name",
  });
});
