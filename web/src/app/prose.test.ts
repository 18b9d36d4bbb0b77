import { expect, test } from "vitest";

import { pieces } from "./prose";

test("what stands between backticks is code and keeps its case", () => {
  expect(pieces("`web` is not valid")).toEqual([
    { text: "web", code: true },
    { text: " is not valid", code: false },
  ]);
  expect(pieces("use `venvoy gc`")).toEqual([
    { text: "Use ", code: false },
    { text: "venvoy gc", code: true },
  ]);
});

test("a line begins like a sentence, unless with a name that is written small", () => {
  expect(pieces("the disk is full")[0]?.text).toBe("The disk is full");
  expect(pieces("uv was ended")[0]?.text).toBe("uv was ended");
  expect(pieces("磁盘已满")[0]?.text).toBe("磁盘已满");
});
