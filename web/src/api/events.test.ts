import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { concerns, pauseBefore, type Stale, throttled } from "./events";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Asks 500 times within a second. */
async function storm(ask: () => void): Promise<void> {
  for (let change = 0; change < 500; change += 1) {
    ask();
    await vi.advanceTimersByTimeAsync(2);
  }
}

test("500 changes in a second refresh three times, and the last is not lost", async () => {
  const refresh = vi.fn(() => Promise.resolve());
  const { ask } = throttled(refresh, 400);
  await storm(ask);
  expect(refresh).toHaveBeenCalledTimes(3);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(refresh).toHaveBeenCalledTimes(4);
});

test("a slow answer is waited for, and what changed meanwhile asked for after it", async () => {
  let answer: () => void = () => undefined;
  const refresh = vi.fn(() => new Promise<void>((resolve) => (answer = resolve)));
  const { ask } = throttled(refresh, 400);
  await storm(ask);
  expect(refresh).toHaveBeenCalledTimes(1);
  answer();
  await vi.advanceTimersByTimeAsync(400);
  expect(refresh).toHaveBeenCalledTimes(2);
});

test("a refresh that fails does not end the others, and who has stopped asks nothing", async () => {
  const refresh = vi.fn(() => Promise.reject(new Error("away")));
  const { ask, stop } = throttled(refresh, 400);
  await storm(ask);
  expect(refresh).toHaveBeenCalledTimes(3);
  stop();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(refresh).toHaveBeenCalledTimes(3);
});

function stale(...environments: string[]): Stale {
  return {
    all: false,
    environments: new Set(environments),
    operations: new Set(["op-1"]),
    gone: new Set(["old"]),
  };
}

test("an event makes old what it names, and every list", () => {
  expect(concerns(stale("web"), ["live", "environment", "web", "revisions"])).toBe(true);
  expect(concerns(stale("web"), ["live", "environment", "jobs"])).toBe(false);
  expect(concerns(stale("web"), ["live", "environments", "", null])).toBe(true);
  expect(concerns(stale(), ["live", "operation", "op-1"])).toBe(true);
  expect(concerns(stale(), ["live", "operation", "op-2"])).toBe(false);
  expect(concerns(stale("web"), ["session"])).toBe(false);
});

test("what is gone is asked for once more, and none of its parts", () => {
  expect(concerns(stale("old"), ["live", "environment", "old"])).toBe(true);
  expect(concerns(stale("old"), ["live", "environment", "old", "replicas"])).toBe(false);
});

test("after a gap anything may be old but who is signed in", () => {
  const all = { ...stale(), all: true };
  expect(concerns(all, ["live", "environment", "jobs"])).toBe(true);
  expect(concerns(all, ["session"])).toBe(false);
});

test("what moves is asked for often, what rests seldom, and all of it without the stream", () => {
  expect(pauseBefore(false, true)).toBeGreaterThan(10 * pauseBefore(true, true));
  expect(pauseBefore(false, false)).toBeLessThan(10_000);
});

test("a node makes old its own page, every list and every environment, but no operation", () => {
  const moved: Stale = {
    ...stale(),
    operations: new Set(),
    nodes: new Set(["one"]),
    moved: true,
  };
  expect(concerns(moved, ["live", "node", "one", "replicas"])).toBe(true);
  expect(concerns(moved, ["live", "node", "two"])).toBe(false);
  expect(concerns(moved, ["live", "nodes", {}])).toBe(true);
  expect(concerns(moved, ["live", "environment", "web"])).toBe(true);
  expect(concerns(moved, ["live", "operation", "op-1"])).toBe(false);
});
