import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { throttled } from "./events";

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
