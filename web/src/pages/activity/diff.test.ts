import { expect, test } from "vitest";

import { differences } from "./diff";

test("only what differs is told, of lists only what came and went", () => {
  const before = { title: "Web", requirements: ["flask", "numpy==1.0"], python: "==3.12.*" };
  const after = { title: "Web", requirements: ["numpy==2.0", "flask"], python: "==3.13.*" };
  expect(differences(before, after)).toEqual([
    { field: "requirements", gone: ["numpy==1.0"], come: ["numpy==2.0"] },
    { field: "python", gone: ["==3.12.*"], come: ["==3.13.*"] },
  ]);
});

test("what is made or gone is told without what is empty", () => {
  const made = { title: "", labels: {}, requirements: ["flask"], wish: null, disabled: false };
  expect(differences(null, made)).toEqual([
    { field: "requirements", gone: [], come: ["flask"] },
  ]);
  expect(differences(made, undefined)[0]).toEqual({
    field: "requirements",
    gone: ["flask"],
    come: [],
  });
});

test("what is so no more is told, and what is not so is not", () => {
  expect(differences({ disabled: false }, { disabled: true })).toEqual([
    { field: "disabled", gone: [], come: ["true"] },
  ]);
  expect(differences({ disabled: true }, { disabled: false })[0]?.gone).toEqual(["true"]);
});

test("documents within are told by their keys", () => {
  expect(differences({ labels: { team: "a", keep: "1" } }, { labels: { team: "b", keep: "1" } })).toEqual(
    [{ field: "labels", gone: ["team=a"], come: ["team=b"] }],
  );
  expect(differences(null, { wish: { resources: { cpu: 2, memory: null }, nodes: ["a", "b"] } })).toEqual(
    [{ field: "wish", gone: [], come: ["resources=cpu=2", "nodes=a, b"] }],
  );
});

test("a package asked for twice and then once is told", () => {
  expect(differences({ list: ["a", "a"] }, { list: ["a"] })).toEqual([
    { field: "list", gone: ["a"], come: [] },
  ]);
  expect(differences({ same: [1, { a: 1 }] }, { same: [1, { a: 1 }] })).toEqual([]);
});
