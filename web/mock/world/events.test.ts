import { expect, test } from "vitest";

import { Clock } from "./clock";
import { Events } from "./events";

async function heard(events: Events, after: number | null, count: number): Promise<string[]> {
  const found: string[] = [];
  for await (const { id, code } of events.follow(after, new AbortController().signal)) {
    found.push(`${String(id)} ${code}`);
    if (found.length === count) break;
  }
  return found;
}

function told(count: number, kept?: number): Events {
  const events = new Events(new Clock(), kept);
  for (let id = 1; id <= count; id += 1) events.add("a");
  return events;
}

test("who comes back hears what was missed, then what comes", async () => {
  const events = told(3);
  const listening = heard(events, 1, 3);
  events.add("b");
  expect(await listening).toEqual(["2 a", "3 a", "4 b"]);
});

test("who was away for too long, or heard what never was, is told so", async () => {
  expect(await heard(told(100, 10), 5, 1)).toEqual(["100 events-missed"]);
  expect(await heard(told(3), 9, 1)).toEqual(["3 events-missed"]);
});

test("who ends listening is let go", async () => {
  const gone = new AbortController();
  const listening = told(0).follow(null, gone.signal).next();
  gone.abort();
  expect((await listening).done).toBe(true);
});
