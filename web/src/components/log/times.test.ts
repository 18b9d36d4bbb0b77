import { expect, test } from "vitest";

import { clockOf, since, timeOf } from "./times";

test("time since the start grows hours only when there are some", () => {
  expect(since(7_250)).toBe("0:07.250");
  expect(since(727_250)).toBe("12:07.250");
  expect(since(4_327_250)).toBe("1:12:07.250");
  expect(since(-5)).toBe("0:00.000");
});

test("the time of day is the viewer's", () => {
  const at = Date.UTC(2026, 0, 1, 20, 30, 5, 40);
  expect(clockOf("en-GB", "Asia/Shanghai")(at)).toBe("04:30:05.040");
  expect(timeOf("off", 0, "en")).toBeNull();
});
