import { expect, test } from "vitest";

import { hold } from "./held";

interface Row {
  id: string;
  state: string;
}

function rows(...given: string[]): Row[] {
  return given.map((each) => {
    const [id = "", state = "ready"] = each.split(":");
    return { id, state };
  });
}

const keyOf = ({ id }: Row) => id;

test("rows are renewed in their places", () => {
  const held = hold(rows("a", "b"), rows("b:failed", "a"), keyOf);
  expect(held.rows).toEqual(rows("a", "b:failed"));
  expect(held.behind).toBe(true);
  expect(held.gone).toEqual(new Set());
});

test("a row that the list has no more stays as it was last", () => {
  const held = hold(rows("a", "b"), rows("b"), keyOf);
  expect(held.rows).toEqual(rows("a", "b"));
  expect(held.gone).toEqual(new Set(["a"]));
  expect(held.behind).toBe(true);
});

test("a row that is new waits, and is told of", () => {
  const held = hold(rows("b"), rows("a", "b:failed"), keyOf);
  expect(held.rows).toEqual(rows("b:failed"));
  expect(held.behind).toBe(true);
});

test("the same rows in the same order are up to date, whatever their states", () => {
  expect(hold(rows("a", "b"), rows("a:failed", "b"), keyOf).behind).toBe(false);
});
