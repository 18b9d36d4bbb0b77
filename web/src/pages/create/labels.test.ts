import { expect, test } from "vitest";

import { labelIn, labelProblem, sameLabels, withLabel, withoutLabel } from "./labels";

test("what stands behind the first equals sign is the value", () => {
  expect(labelIn(" team = a=b ")).toEqual({ key: "team", value: "a=b" });
  expect(labelIn("nightly")).toEqual({ key: "nightly", value: "" });
});

test("a label is refused by the API's rule", () => {
  expect(labelProblem("team=爬虫", {})).toBeNull();
  expect(labelProblem("Team=x", {})?.code).toBe("label-key");
  expect(labelProblem("=x", {})?.code).toBe("label-key");
  expect(labelProblem(`team=${"x".repeat(256)}`, {})?.code).toBe("label-value");
});

test("there are 64 labels at most, and one may be given anew", () => {
  const full = Object.fromEntries(Array.from({ length: 64 }, (_, at) => [`k${String(at)}`, ""]));
  expect(labelProblem("one-more", full)?.code).toBe("label-count");
  expect(labelProblem("k3=new", full)).toBeNull();
});

test("labels are given, given anew and taken away", () => {
  const labels = withLabel(withLabel({ team: "a" }, "team=b"), "tier=1");
  expect(labels).toEqual({ team: "b", tier: "1" });
  expect(withoutLabel(labels, "team")).toEqual({ tier: "1" });
  expect(sameLabels({ a: "1", b: "2" }, { b: "2", a: "1" })).toBe(true);
  expect(sameLabels({ a: "1" }, { a: "1", b: "" })).toBe(false);
});
