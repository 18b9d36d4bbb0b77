import { expect, test } from "vitest";

import { begin } from "../data/scenarios";
import { environmentState } from "./documents";
import { select, type Wanted } from "./selection";

const { environments } = begin("fleet", () => null);
const ALL = [...environments.values()];

function names(wanted: Partial<Wanted>): string[] {
  const none = { search: null, states: [], node: null, labels: [] };
  return select(ALL, { ...none, ...wanted }).map(({ name }) => name);
}

test("a search finds names, titles and packages as they are resolved", () => {
  expect(names({ search: "PRICE" })).toEqual(["price-crawl-daily"]);
  expect(names({ search: "价格" })).toEqual(["price-crawl-daily"]);
  expect(names({ search: "scrapy >= 2.12" })).toEqual(["price-crawl-daily"]);
  expect(names({ search: "zope.interface" })).toEqual(["price-crawl-daily"]);
});

test("several states are any of them, and conditions hold together", () => {
  const states = ["failed", "degraded"];
  const broken = names({ states });
  expect(broken.length).toBeGreaterThan(3);
  expect(names({ states, node: "gpu-bj-01" })).toEqual(["sales-forecast", "sentiment"]);
  expect(names({ labels: ["team=数据平台"], states: ["rolling"] })).toEqual(["data-quality"]);
});

test("of one label's values any is meant, of several labels all", () => {
  expect(names({ labels: ["team=risk", "team=iot"] })).toEqual(["edge-collector", "risk-scoring"]);
  expect(names({ labels: ["team=采集", "tier=test"] })).toEqual([]);
});

test("each state that an environment can be in is there", () => {
  expect(new Set(ALL.map(environmentState))).toEqual(
    new Set(["resolving", "rolling", "ready", "degraded", "failed", "paused"]),
  );
});
