import { expect, test } from "vitest";

import type { Node } from "../../api/nodes";
import { gaugeOf, toneOf } from "./gauge";

const NODE = {
  cpus: 4,
  cpu_percent: 12.5,
  memory_bytes: 100,
  memory_used_bytes: 90,
  disk_total_bytes: 200,
  disk_free_bytes: 4,
} as Node;

test("a gauge is the share that is in use", () => {
  expect(gaugeOf(NODE, "cpu")).toEqual({ share: 0.125, used: null, total: 4 });
  expect(gaugeOf(NODE, "memory")).toEqual({ share: 0.9, used: 90, total: 100 });
  expect(gaugeOf(NODE, "disk")).toEqual({ share: 0.98, used: 196, total: 200 });
});

test("what was not told, or makes no sense, is no gauge", () => {
  const silent = { name: "new" } as Node;
  for (const metric of ["cpu", "memory", "disk"] as const)
    expect(gaugeOf(silent, metric)).toBeNull();
  expect(gaugeOf({ ...NODE, memory_bytes: 0 }, "memory")).toBeNull();
  expect(gaugeOf({ ...NODE, cpu_percent: 130 }, "cpu")?.share).toBe(1);
});

test("full is told, busy is not", () => {
  const at = (share: number) => ({ share, used: null, total: null });
  expect(toneOf(at(1), "cpu")).toBeNull();
  expect([0.5, 0.85, 0.95].map((share) => toneOf(at(share), "disk"))).toEqual([null, "warn", "bad"]);
});
