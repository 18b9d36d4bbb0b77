import { expect, test } from "vitest";

import { nodesOf, type Running, stillOn } from "./processes";

const count = (node: string, revision: number | null, count: number, behind = true) => ({
  environment: "web",
  node,
  node_state: "online" as const,
  revision,
  behind,
  count,
});

const RUNNING: Running = {
  items: [],
  total: 9,
  counts: [
    count("a", 6, 2),
    count("a", 7, 1, false),
    count("b", 6, 3),
    count("b", 5, 1),
    count("b", null, 2, false),
  ],
};

test("processes on other revisions are counted over all nodes", () => {
  expect(stillOn(RUNNING)).toEqual([
    { revision: 5, count: 1 },
    { revision: 6, count: 5 },
  ]);
});

test("each node is named once with all that works there", () => {
  expect(nodesOf(RUNNING)).toEqual(["a (3)", "b (6)"]);
});
