import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { keepOpen, PATIENCE, RETRY, type Source } from "./stream";

class FakeSource implements Source {
  onopen: (() => void) | null = null;
  onmessage: ((message: MessageEvent<string>) => void) | null = null;
  onerror: (() => void) | null = null;
  readyState = 0;
  close = () => {
    this.readyState = 2;
  };
}

const opened: FakeSource[] = [];
const onNews = vi.fn<(message: MessageEvent<string> | null) => void>();
const onLive = vi.fn<(live: boolean) => void>();

function begin(): () => void {
  const open = () => {
    const source = new FakeSource();
    opened.push(source);
    return source;
  };
  return keepOpen(open, { onNews, onLive });
}

beforeEach(() => {
  vi.useFakeTimers();
  opened.length = 0;
  vi.resetAllMocks();
});
afterEach(() => {
  vi.useRealTimers();
});

test("opening counts as news, for something may have changed before", () => {
  begin();
  opened[0]?.onopen?.();
  expect(onNews).toHaveBeenCalledTimes(1);
  expect(onLive).toHaveBeenLastCalledWith(true);
});

test("a short cut is not mentioned, a long one is", () => {
  begin();
  opened[0]?.onerror?.();
  vi.advanceTimersByTime(PATIENCE - 1);
  expect(onLive).not.toHaveBeenCalled();
  opened[0]?.onopen?.();
  vi.advanceTimersByTime(PATIENCE);
  expect(onLive).not.toHaveBeenCalledWith(false);
  opened[0]?.onerror?.();
  opened[0]?.onerror?.();
  vi.advanceTimersByTime(PATIENCE);
  expect(onLive).toHaveBeenLastCalledWith(false);
});

test("a stream that the browser gave up is opened anew, one that it did not is left to it", () => {
  begin();
  opened[0]?.onerror?.();
  vi.advanceTimersByTime(RETRY);
  expect(opened).toHaveLength(1);
  expect(onNews).not.toHaveBeenCalled();
  opened[0]?.close();
  opened[0]?.onerror?.();
  expect(onNews).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(RETRY);
  expect(opened).toHaveLength(2);
  opened[1]?.onopen?.();
  expect(onLive).toHaveBeenLastCalledWith(true);
});

test("an ended stream stays closed and says nothing more", () => {
  const end = begin();
  opened[0]?.close();
  opened[0]?.onerror?.();
  end();
  vi.advanceTimersByTime(RETRY + PATIENCE);
  expect(opened).toHaveLength(1);
  expect(onLive).not.toHaveBeenCalled();
});
