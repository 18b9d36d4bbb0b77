import { expect, test } from "vitest";

import { nameProblem } from "./name";

test.each(["web", "0", "price-crawler_2", "a".repeat(63)])("%s may be a name", (name) => {
  expect(nameProblem(name)).toBeNull();
});

test.each([
  ["", "name-empty"],
  ["a".repeat(64), "name-too-long"],
  ["-web", "name-invalid"],
  ["Web", "name-invalid"],
  ["web.prod", "name-invalid"],
  ["爬虫", "name-invalid"],
  ["web ", "name-invalid"],
  ["con", "name-reserved"],
  ["lpt1", "name-reserved"],
])("%s is refused as the API would", (name, code) => {
  expect(nameProblem(name)?.code).toBe(code);
});
