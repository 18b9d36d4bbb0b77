import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { concerns, pauseBefore, type Stale, throttled } from "./events";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("500 changes in a second refresh three times, and the last is not lost", () => {
  const refresh = vi.fn();
  const { ask } = throttled(refresh, 400);
  for (let change = 0; change < 500; change += 1) {
    ask();
    vi.advanceTimersByTime(2);
  }
  expect(refresh).toHaveBeenCalledTimes(3);
  vi.advanceTimersByTime(1_000);
  expect(refresh).toHaveBeenCalledTimes(4);
});

function stale(...environments: string[]): Stale {
  return { all: false, environments: new Set(environments), operations: new Set(["op-1"]) };
}

test("an event makes old what it names, and every list", () => {
  expect(concerns(stale("web"), ["live", "environment", "web", "revisions"])).toBe(true);
  expect(concerns(stale("web"), ["live", "environment", "jobs"])).toBe(false);
  expect(concerns(stale("web"), ["live", "environments", "", null])).toBe(true);
  expect(concerns(stale(), ["live", "operation", "op-1"])).toBe(true);
  expect(concerns(stale(), ["live", "operation", "op-2"])).toBe(false);
  expect(concerns(stale("web"), ["session"])).toBe(false);
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
