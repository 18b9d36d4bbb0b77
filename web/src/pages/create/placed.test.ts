import { expect, test } from "vitest";

import type { Node } from "../../api/nodes";
import { matchedBy, ON_DEFAULT, placedOf, placedProblem, placementOf, samePlaced } from "./placed";

function node(name: string, labels: Record<string, string> = {}): Node {
  return { name, labels } as unknown as Node;
}

test("what is chosen and then left is no placement", () => {
  const left = { chosen: false, nodes: ["one"], select: { gpu: "yes" } };
  expect(placementOf(left)).toEqual({ nodes: [], select: {} });
  expect(samePlaced(left, ON_DEFAULT)).toBe(true);
  expect(placedProblem(left)).toBeNull();
});

test("nodes that are to be chosen have to be", () => {
  expect(placedProblem({ ...ON_DEFAULT, chosen: true })).toEqual({ code: "placement-nothing" });
  expect(placedProblem({ chosen: true, nodes: ["one"], select: {} })).toBeNull();
});

test("a placement is read back in whatever order it was given", () => {
  const placed = placedOf({ nodes: ["two", "one"], select: { gpu: "yes" } });
  expect(placed).toEqual({ chosen: true, nodes: ["one", "two"], select: { gpu: "yes" } });
  expect(placedOf({ nodes: [], select: {} })).toEqual(ON_DEFAULT);
});

test("named and selected nodes are counted once, and missing names told", () => {
  const placed = { chosen: true, nodes: ["a", "b", "gone"], select: { gpu: "yes" } };
  const [a, b] = [node("a"), node("b", { gpu: "yes" })];
  const named = { items: [a, b], total: 2 };
  // One page of very many: how many there are in all is known all the same.
  const selected = { items: [b], total: 700 };
  const found = matchedBy(placed, named, selected);
  expect(found.nodes.map(({ name }) => name)).toEqual(["a", "b"]);
  expect(found.total).toBe(701);
  expect(found.missing).toEqual(["gone"]);
});
