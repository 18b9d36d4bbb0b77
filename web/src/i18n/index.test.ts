import { expect, test } from "vitest";

import { createTexts, merge, pickLanguage } from ".";

test("the browser's first language that can be served wins", () => {
  expect(pickLanguage(["fr-FR", "zh-TW", "en"])).toBe("zh-CN");
  expect(pickLanguage(["en-GB", "zh"])).toBe("en");
  expect(pickLanguage(["fr"])).toBe("en");
});

test("sections of several files are laid together", () => {
  expect(merge({ a: { b: "1" } }, { a: { c: "2" } })).toEqual({ a: { b: "1", c: "2" } });
});

test("parameters are put in as they are", () => {
  const texts = createTexts("zh-CN");
  expect(texts.t("errors.name-invalid.message", { name: "<b>" })).toContain("`<b>`");
});
