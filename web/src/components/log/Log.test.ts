import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { type Ask, PAGE } from "./feed";
import { line, lines } from "./lines.fixture";
import { Log } from "./Log";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A controller whose log grows with every question. */
function flowing(): Ask {
  let after = 0;
  return {
    page: async () => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      after += PAGE;
      return { lines: lines(after - PAGE, after), next: after, ended: after === 100_000, cut: 0 };
    },
    stream: () => {
      throw new TypeError("no stream");
    },
    refused: () => false,
  };
}

test("a flood of lines is shown ten times a second, and to its end", async () => {
  const log = new Log(flowing());
  const told = vi.fn();
  log.subscribe(told);
  log.feed.start();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told.mock.calls.length).toBeLessThanOrEqual(10);
  expect(log.snapshot().state).toBe("ended");
  expect(log.look("", "").rows.lines).toBe(100_000);
});

test("what is looked at is found once, and then only added to", () => {
  const log = new Log(flowing());
  log.buffer.add(line(0, "one"));
  const { rows, search } = log.look("", "o");
  log.buffer.add(line(1, "two"));
  expect(log.look("", "o")).toEqual({ rows, search });
  expect(log.look("", "o").search).toBe(search);
  expect(search.hits).toEqual([0, 1]);
  expect(log.look("lock", "o").rows.lines).toBe(0);
});
