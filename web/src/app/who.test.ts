import { expect, test } from "vitest";

import { reaches } from "./who";

test("a role has the rights of those below it", () => {
  expect(reaches("admin", "operator")).toBe(true);
  expect(reaches("operator", "operator")).toBe(true);
  expect(reaches("viewer", "operator")).toBe(false);
});
