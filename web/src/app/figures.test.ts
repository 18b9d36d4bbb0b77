import { expect, test } from "vitest";

import { age, bytes, duration, listed, pythonShown, share } from "./figures";

test("bytes climb to the unit that keeps them short", () => {
  expect(bytes(0, "en")).toBe("0 byte");
  expect(bytes(999, "en")).toBe("999 byte");
  expect(bytes(1_500, "en")).toBe("1.5 kB");
  expect(bytes(495_000_000, "en")).toBe("495 MB");
});

test("a duration is told in its two largest units", () => {
  expect(duration(0, "en")).toBe("0 sec");
  expect(duration(1_240, "en")).toBe("1.2 sec");
  expect(duration(9_970, "en")).toBe("10 sec");
  expect(duration(59_400, "en")).toBe("59 sec");
  expect(duration(65_000, "en")).toBe("1 min 5 sec");
  expect(duration(3_600_000, "en")).toBe("1 hr");
  expect(duration(25 * 3_600_000 + 59_000, "en")).toBe("1 day 1 hr");
  expect(duration(65_000, "zh-CN")).toBe("1分钟 5秒");
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

test("names are set apart as the language does", () => {
  expect(listed(["a", "b"], "en")).toBe("a, b");
  expect(listed(["a", "b"], "zh-CN")).toBe("a、b");
});
