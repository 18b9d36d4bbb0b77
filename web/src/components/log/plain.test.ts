import { expect, test } from "vitest";

import { LogBuffer } from "./buffer";
import { line } from "./lines.fixture";
import { copied, kept } from "./plain";
import { since } from "./times";

const buffer = new LogBuffer();
buffer.add(line(0, "<b>first</b>", "lock"));
buffer.add(line(5, "last"));
const gap = (left: number) => `(${String(left)} lines left out)`;

test("what is copied looks like what is shown", () => {
  expect(copied(buffer.entries, null, gap)).toBe("<b>first</b>\n(4 lines left out)\nlast");
  const first = buffer.entries[0]?.at ?? 0;
  const timed = copied(buffer.entries, (at) => since(at - first), gap);
  expect(timed.split("\n")[2]).toBe("0:05.000  last");
});

test("what is kept says all that is known", () => {
  expect(kept(buffer.entries, gap).split("\n")).toEqual([
    "2026-01-01T08:00:00.000Z [lock] <b>first</b>",
    "(4 lines left out)",
    "2026-01-01T08:00:05.000Z [fetch] last",
    "",
  ]);
});
