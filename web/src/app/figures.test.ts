import { expect, test } from "vitest";

import { bytes, share } from "./figures";

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
