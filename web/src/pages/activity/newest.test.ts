import { expect, test } from "vitest";

import type { Operation } from "../../api/operations";
import { newestOf } from "./newest";

function operation(id: string, facts: Partial<Operation> = {}): Operation {
  return {
    id,
    kind: "build",
    state: "failed",
    environment: "web",
    node: "local",
    revision: 1,
    step: null,
    attempt: 1,
    created_at: `2026-01-01T00:00:${id}Z`,
    ...facts,
  };
}

test("a newer build on the same node leaves nothing to try again", () => {
  const rows = [operation("01"), operation("03"), operation("02", { node: "other" })];
  expect([...newestOf(rows)].sort()).toEqual(["02", "03"]);
});

test("a removal replaces a build, a resolution does not", () => {
  const rows = [
    operation("01"),
    operation("02", { kind: "remove" }),
    operation("03", { kind: "resolve", node: null }),
  ];
  expect([...newestOf(rows)].sort()).toEqual(["02", "03"]);
});
