import { expect, test } from "vitest";

import { age, bytes, pythonShown, share } from "./figures";

test("bytes climb to the unit that keeps them short", () => {
  expect(bytes(0, "en")).toBe("0 byte");
  expect(bytes(999, "en")).toBe("999 byte");
  expect(bytes(1_500, "en")).toBe("1.5 kB");
  expect(bytes(495_000_000, "en")).toBe("495 MB");
});

test("a share stays between nothing and all", () => {
  expect(share(0, 0)).toBe(0);
  expect(share(3, 4)).toBe(75);
  expect(share(9, 4)).toBe(100);
});

test("one Python is shown as its version, a range as it is", () => {
  expect(pythonShown("==3.13.*")).toBe("3.13");
  expect(pythonShown("==3.12.4")).toBe("3.12.4");
  expect(pythonShown(">=3.11,<3.14")).toBe(">=3.11,<3.14");
});

test("an age is told in its largest whole unit, and a clock that runs ahead does no harm", () => {
  const now = Date.parse("2026-03-10T12:00:00Z");
  expect(age("2026-03-10T11:59:30Z", now, "en")).toBe("now");
  expect(age("2026-03-10T11:55:01Z", now, "en")).toBe("4 minutes ago");
  expect(age("2026-03-09T10:00:00Z", now, "en")).toBe("yesterday");
  expect(age("2026-03-05T10:00:00Z", now, "zh-CN")).toBe("5天前");
  expect(age("2026-03-10T12:05:00Z", now, "en")).toBe("now");
});
