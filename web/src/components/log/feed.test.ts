import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { LogBuffer, type Sent } from "./buffer";
import { type Ask, LogFeed, type LogSource, OPENING, PAGE, QUIET } from "./feed";
import { line, lines } from "./lines.fixture";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A controller with a log, its streams under the test's hand. */
class Controller implements Ask {
  log: Sent[] = [];
  ended = false;
  down = false;
  /** The `after` and `wait` of every page that was asked for. */
  pages: [number, number][] = [];
  streams: FakeStream[] = [];

  page = async (after: number, wait: number) => {
    this.pages.push([after, wait]);
    if (this.down) throw new TypeError("fetch failed");
    const found = this.log.filter(({ sequence }) => sequence >= after).slice(0, PAGE);
    if (found.length === 0 && wait && !this.ended)
      await new Promise((resolve) => setTimeout(resolve, wait * 1_000));
    const next = (found.at(-1)?.sequence ?? after - 1) + 1;
    const ended = this.ended && next >= this.log.length;
    return { lines: found, next, ended, cut: 0 };
  };
  stream = (after: number) => {
    const stream = new FakeStream(after);
    this.streams.push(stream);
    return stream as unknown as LogSource;
  };
  refused = (error: unknown) => error instanceof RangeError;
}

class FakeStream {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  end = () => undefined as unknown;

  constructor(readonly after: number) {}

  addEventListener(_kind: string, listener: () => void) {
    this.end = listener;
  }
  close() {
    this.closed = true;
  }
  send(...sent: Sent[]) {
    for (const each of sent) this.onmessage?.({ data: JSON.stringify(each) });
  }
}

function feeding(controller: Controller) {
  const buffer = new LogBuffer();
  const feed = new LogFeed(buffer, controller, () => undefined);
  feed.start();
  return { buffer, feed };
}

const soon = () => vi.advanceTimersByTimeAsync(0);
const after = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

test("pages bring what there is, the stream goes on from there", async () => {
  const controller = new Controller();
  const there = 2.5 * PAGE;
  controller.log = lines(0, there);
  const { buffer, feed } = feeding(controller);
  await soon();
  expect(controller.pages.map(([from]) => from)).toEqual([0, PAGE, 2 * PAGE]);
  const [stream] = controller.streams;
  expect(stream?.after).toBe(there);
  stream?.onopen?.();
  expect(feed.state).toBe("live");
  stream?.send(line(there), line(there), line(there + 1));
  expect(buffer.lines).toBe(there + 2);
  stream?.end();
  await soon();
  expect(feed.state).toBe("ended");
  expect(stream?.closed).toBe(true);
  await after(60_000);
  expect(controller.streams).toHaveLength(1);
});

test("a log that has ended is read and not followed", async () => {
  const controller = new Controller();
  controller.log = lines(0, PAGE);
  controller.ended = true;
  const { buffer, feed } = feeding(controller);
  await soon();
  expect(feed.state).toBe("ended");
  expect(buffer.lines).toBe(PAGE);
  expect(controller.pages).toHaveLength(1);
  expect(controller.streams).toHaveLength(0);
});

test("a cut stream goes on where it was, without a line lost or doubled", async () => {
  const controller = new Controller();
  const { buffer } = feeding(controller);
  await soon();
  controller.streams[0]?.onopen?.();
  controller.streams[0]?.send(...lines(0, 3));
  controller.log = lines(0, 5);
  controller.streams[0]?.onerror?.();
  await after(1_000);
  expect(controller.streams).toHaveLength(2);
  expect(controller.streams[1]?.after).toBe(5);
  controller.streams[1]?.send(...lines(3, 6));
  expect(buffer.entries.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4, 5]);
});

test("where a proxy cuts every stream, pages that wait take over", async () => {
  const controller = new Controller();
  const { buffer, feed } = feeding(controller);
  for (const index of [0, 1]) {
    await soon();
    controller.streams[index]?.onerror?.();
    await after(1_000);
  }
  expect(feed.state).toBe("polling");
  expect(controller.pages.at(-1)?.[1]).toBeGreaterThan(0);
  controller.log = lines(0, 3);
  await after(20_000);
  expect(buffer.lines).toBe(3);
  controller.ended = true;
  await after(20_000);
  expect(feed.state).toBe("ended");
});

test("where a proxy holds every stream back, pages notice", async () => {
  const controller = new Controller();
  const { buffer, feed } = feeding(controller);
  await soon();
  controller.streams[0]?.onopen?.();
  controller.log = lines(0, 2);
  await after(QUIET);
  expect(buffer.lines).toBe(2);
  await after(1_000);
  await after(OPENING); // the second one never opens
  await after(1_000);
  expect(controller.streams.every(({ closed }) => closed)).toBe(true);
  expect(feed.state).toBe("polling");
});

test("a stream that is merely quiet stays", async () => {
  const controller = new Controller();
  const { feed } = feeding(controller);
  await soon();
  controller.streams[0]?.onopen?.();
  await after(10 * QUIET);
  expect(controller.streams).toHaveLength(1);
  expect(controller.streams[0]?.closed).toBe(false);
  expect(feed.state).toBe("live");
});

test("while the controller is away it is asked again and again, less and less often", async () => {
  const controller = new Controller();
  controller.down = true;
  const { buffer, feed } = feeding(controller);
  await after(20_000);
  expect(feed.state).toBe("off");
  expect(controller.pages.length).toBeLessThan(7);
  controller.down = false;
  controller.log = lines(0, 2);
  await after(8_000);
  expect(buffer.lines).toBe(2);
  expect(feed.state).toBe("reading");
});

test("what is refused is not asked again", async () => {
  const controller = new Controller();
  const refusal = new RangeError("operation-not-found");
  controller.page = () => Promise.reject(refusal);
  const { feed } = feeding(controller);
  await after(60_000);
  expect(feed.state).toBe("refused");
  expect(feed.error).toBe(refusal);
});

test("a stopped feed is silent, and goes on where it was", async () => {
  const controller = new Controller();
  const { buffer, feed } = feeding(controller);
  await soon();
  controller.streams[0]?.send(...lines(0, 2));
  feed.stop();
  await soon();
  expect(controller.streams[0]?.closed).toBe(true);
  await after(60_000);
  expect(controller.streams).toHaveLength(1);
  controller.log = lines(0, 4);
  feed.start();
  await soon();
  expect(buffer.lines).toBe(4);
  expect(controller.streams[1]?.after).toBe(4);
});
